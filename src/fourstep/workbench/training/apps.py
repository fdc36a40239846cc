from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "fourstep.workbench.training"
    label = "training"
