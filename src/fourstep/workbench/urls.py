"""Every address of the workbench, one application a line."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from fourstep.workbench.look import styles

urlpatterns = [
    path("", include("fourstep.workbench.people.urls")),
    path("", include("fourstep.workbench.episodes.urls")),
    path("", include("fourstep.workbench.queries.urls")),
    path("", include("fourstep.workbench.sending.urls")),
    path("", include("fourstep.workbench.api.urls")),
    path("", include("fourstep.workbench.trust.urls")),
    path("", include("fourstep.workbench.coding.urls")),
    path("", include("fourstep.workbench.policies.urls")),
    path("", include("fourstep.workbench.updates.urls")),
    path("", include("fourstep.workbench.audits.urls")),
    path("", include("fourstep.workbench.training.urls")),
    path("", include("fourstep.workbench.dashboards.urls")),
    path("styles/nhsuk.css", styles, name="styles"),
    path("admin/", admin.site.urls),
]
