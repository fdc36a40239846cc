"""What `fourstep listen --workbench` takes in: episodes to the workbench's queue, what could not be read to its arrivals."""

from __future__ import annotations

import os
import time

from fourstep.listen.deliver import Deliver, Delivery

_PAUSE = 5.0


def into_workbench() -> Deliver:
    """What hands a delivery on, in a process of its own. Where the database is away it waits: the inbox keeps all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourstep.workbench.settings")
    import django

    django.setup()
    return deliver


def deliver(delivery: Delivery) -> None:
    """Keep the episodes of a delivery; one that was there before is updated. All of it or, where the database is away, later."""
    from django.db import InterfaceError, OperationalError, connection, transaction

    from fourstep.workbench.episodes.actions import keep_failure, store

    while True:
        try:
            with transaction.atomic():
                for episode, _ in delivery.coded:
                    store(None, episode)
                if delivery.not_read:
                    keep_failure(delivery.name, "listener", list(delivery.not_read), delivery.messages)
            return
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(_PAUSE)
