from django.urls import path

from fourstep.workbench.coding import standards, views

urlpatterns = [
    path("episodes/<int:episode_id>/", views.episode, name="episode"),
    path("episodes/<int:episode_id>/act/", views.act, name="episode-act"),
    path("episodes/<int:episode_id>/hand-in/", views.hand_in, name="episode-hand-in"),
    path("episodes/<int:episode_id>/notes/", views.note, name="episode-note"),
    path("episodes/<int:episode_id>/presence/", views.presence, name="episode-presence"),
    path("episodes/<int:episode_id>/codes/", views.pane, name="episode-codes"),
    path("episodes/<int:episode_id>/look-up/", views.look_up, name="episode-look-up"),
    path("episodes/<int:episode_id>/around/<slug:book>/<str:code>/", views.around, name="episode-around"),
    path("episodes/<int:episode_id>/history/", views.history, name="episode-history"),
    path("standards/", standards.standards, name="standards"),
    path("standards/<str:identifier>/", standards.standard, name="standard"),
]
