from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "fourstep.workbench.api"
    label = "api"

    def ready(self) -> None:
        from fourstep.workbench.api import hooks  # noqa: F401 # connects itself
