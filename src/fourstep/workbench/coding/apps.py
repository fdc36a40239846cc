from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "fourstep.workbench.coding"
    label = "coding"
