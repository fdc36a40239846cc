from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "fourstep.workbench.api"
    label = "api"
