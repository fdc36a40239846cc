from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "fourstep.workbench.people"
    label = "people"

    def ready(self) -> None:
        from fourstep.workbench.people import signals  # noqa: F401 # connects itself
