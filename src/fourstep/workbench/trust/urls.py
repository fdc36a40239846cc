from django.urls import path

from fourstep.workbench.trust import views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/verify/", views.verify_log, name="verify-log"),
    path("patient/", views.patient, name="patient"),
]
