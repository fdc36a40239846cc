from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "fourstep.workbench.people"
    label = "people"
