from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "fourstep.workbench.trust"
    label = "trust"
