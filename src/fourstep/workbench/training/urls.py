from django.urls import path

from fourstep.workbench.training import mentor_views, views

urlpatterns = [
    path("training/", views.training, name="training"),
    path("training/records/", views.records, name="practice-records"),
    path("training/records/<int:record_id>/begin/", views.begin, name="practise"),
    path("training/attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("training/attempts/<int:attempt_id>/comment/", mentor_views.comment, name="attempt-comment"),
    path("training/papers/", views.start_paper, name="start-paper"),
    path("training/papers/<int:paper_id>/", views.paper, name="paper"),
    path("training/log/", views.write_log, name="competency-write"),
    path("training/log/<int:line_id>/sign/", mentor_views.sign, name="competency-sign"),
    path("training/trainees/", mentor_views.trainees, name="trainees"),
    path("training/trainees/load/", mentor_views.load, name="practice-load"),
    path("training/trainees/<int:person_id>/", mentor_views.trainee, name="trainee"),
    path("glossary/", views.glossary, name="glossary"),
]
