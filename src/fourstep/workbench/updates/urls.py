from django.urls import path

from fourstep.workbench.updates import views

urlpatterns = [
    path("updates/", views.updates, name="updates"),
    path("updates/begin/", views.begin, name="update-begin"),
    path("updates/<int:trial_id>/apply/", views.apply_all, name="update-apply-all"),
    path("updates/outcomes/<int:outcome_id>/", views.decide, name="update-decide"),
]
