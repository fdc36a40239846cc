from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "fourstep.workbench.audits"
    label = "audits"
