from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "fourstep.workbench.policies"
    label = "policies"
