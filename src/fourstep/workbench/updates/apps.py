from django.apps import AppConfig


class UpdatesConfig(AppConfig):
    name = "fourstep.workbench.updates"
    label = "updates"
