from django.apps import AppConfig


class QueriesConfig(AppConfig):
    name = "fourstep.workbench.queries"
    label = "queries"
