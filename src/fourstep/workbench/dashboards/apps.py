from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "fourstep.workbench.dashboards"
    label = "dashboards"
