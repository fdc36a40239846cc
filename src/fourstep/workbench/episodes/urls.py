from django.urls import path

from fourstep.workbench.episodes import views

urlpatterns = [path("worklist/", views.worklist, name="worklist")]
