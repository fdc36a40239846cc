from django.urls import path

from fourstep.workbench.policies import views

urlpatterns = [
    path("policies/", views.policies, name="policies"),
    path("policies/new/", views.write, name="policy-new"),
    path("policies/<int:policy_id>/", views.write, name="policy-change"),
]
