from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "fourstep.workbench.sending"
    label = "sending"
