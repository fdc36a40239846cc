from django.urls import path

from fourstep.workbench.sending import views

urlpatterns = [
    path("sending/", views.sending, name="sending"),
    path("sending/<int:number>/", views.batch, name="batch"),
    path("sending/<int:number>/download/", views.download, name="batch-download"),
    path("sending/<int:number>/grouped/", views.take_grouped, name="batch-grouped"),
    path("coded/", views.coded, name="coded"),
    path("coded/coded.csv", views.coded_csv, name="coded-csv"),
    path("groups/", views.groups, name="groups"),
    path("groups/groups.csv", views.groups_csv, name="groups-csv"),
]
