"""Mail to those who are asked: that there is a question, who asks, and the link. Never a word of the record."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from fourstep.workbench.queries.links import link_of
from fourstep.workbench.queries.models import Query

_log = logging.getLogger("fourstep.workbench.queries")


def deliver(query: Query) -> bool:
    """Send the query's mail. False where the mail server would not take it: the coder is told, and the link stands.

    A query without an address of mail is handed on by its link: True, and nothing is sent.
    """
    if not query.email:
        return True
    again = query.reminders > 0
    context = {"query": query, "link": link_of(query), "again": again, "until": timezone.localtime(query.expires_at)}
    subject = "Reminder: clinical coding asks you" if again else "Clinical coding asks you"
    text = render_to_string("queries/mail.txt", context)
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [query.email]).send()
        failed = False
    except (OSError, SMTPException) as error:
        _log.error("mail of query %s: %s", query.pk, type(error).__name__)
        failed = True
    if failed != query.mail_failed:
        query.mail_failed = failed
        query.save(update_fields=["mail_failed"])
    return not failed
