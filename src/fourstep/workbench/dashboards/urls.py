from django.urls import path

from fourstep.workbench.dashboards import views

urlpatterns = [
    path("dashboards/", views.dashboards, name="dashboards"),
    path("dashboards/refresh/", views.refresh, name="dashboards-refresh"),
    path("dashboards/mine/", views.own, name="own-figures"),
    path("dashboards/coders/", views.coders, name="coder-figures"),
    path("dashboards/shmi/", views.shmi_groups, name="shmi-groups"),
    path("dashboards/measures/<str:name>/", views.measure, name="measure"),
    path("dashboards/commonest/<str:kind>/", views.commonest, name="commonest"),
]
