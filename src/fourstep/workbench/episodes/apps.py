from django.apps import AppConfig


class EpisodesConfig(AppConfig):
    name = "fourstep.workbench.episodes"
    label = "episodes"
