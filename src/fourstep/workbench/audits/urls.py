from django.urls import path

from fourstep.workbench.audits import reports, views

urlpatterns = [
    path("audits/", views.audits, name="audits"),
    path("audits/new/", views.new, name="audit-new"),
    path("audits/own/", reports.own, name="audit-own"),
    path("audits/keys/", views.keys, name="audit-keys"),
    path("audits/thresholds/", views.thresholds, name="audit-thresholds"),
    path("audits/<int:audit_id>/", views.audit, name="audit"),
    path("audits/<int:audit_id>/pass/", views.pass_on, name="audit-pass"),
    path("audits/<int:audit_id>/recommendations/", views.recommend, name="audit-recommend"),
    path("audits/<int:audit_id>/report/", reports.report, name="audit-report"),
    path("audits/<int:audit_id>/files/<str:name>", reports.report_file, name="audit-file"),
    path("audits/items/<int:item_id>/", views.item, name="audit-item"),
    path("audits/items/<int:item_id>/code/", views.code, name="audit-code"),
    path("audits/items/<int:item_id>/sequence/", views.sequence, name="audit-sequence"),
    path("audits/recommendations/<int:recommendation_id>/done/", views.recommendation_done, name="audit-recommendation-done"),
]
