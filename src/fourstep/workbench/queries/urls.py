from django.urls import path

from fourstep.workbench.queries import answer_page, contacts, listing, thread_views, views

urlpatterns = [
    path("queries/", listing.listing, name="queries"),
    path("queries/queries.csv", listing.as_csv, name="queries-csv"),
    path("queries/turnaround/", listing.turnaround, name="queries-turnaround"),
    path("queries/contacts/", contacts.contacts, name="contacts"),
    path("queries/contacts/<int:number>/", contacts.contacts, name="contact"),
    path("queries/contacts/<int:number>/remove/", contacts.remove_contact, name="contact-remove"),
    path("queries/<int:number>/", views.query, name="query"),
    path("queries/<int:number>/adopt/", views.adopt_code, name="query-adopt"),
    path("queries/<int:number>/<slug:name>/", views.act, name="query-act"),
    path("episodes/<int:episode_id>/queries/", views.panel, name="episode-queries"),
    path("episodes/<int:episode_id>/queries/draft/<int:number>/", views.draft, name="query-draft"),
    path("episodes/<int:episode_id>/queries/new/<slug:kind>/", views.new, name="query-new"),
    path("episodes/<int:episode_id>/thread/", thread_views.thread, name="episode-thread"),
    path("answer/<str:token>/", answer_page.answer, name="answer"),
]
