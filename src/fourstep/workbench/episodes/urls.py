from django.urls import path

from fourstep.workbench.episodes import arrivals, views

urlpatterns = [
    path("worklist/", views.worklist, name="worklist"),
    path("worklist/assign/", views.assign, name="assign"),
    path("worklist/filters/", views.keep_filter, name="keep-filter"),
    path("worklist/filters/<int:number>/drop/", views.drop_filter, name="drop-filter"),
    path("episodes/<int:number>/take/", views.take, name="take"),
    path("deadlines/", views.deadlines, name="deadlines"),
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("arrivals/<int:number>/retry/", arrivals.retry, name="retry-arrival"),
    path("arrivals/jobs/<int:number>/retry/", arrivals.retry_job, name="retry-job"),
]
