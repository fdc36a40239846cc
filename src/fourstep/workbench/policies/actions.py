"""Everything that changes policies."""

from __future__ import annotations

from django.db import transaction

from fourstep.workbench.people.models import Person
from fourstep.workbench.policies.models import Policy
from fourstep.workbench.trust.actions import record


@transaction.atomic
def write(person: Person, policy: Policy) -> Policy:
    """Keep a page, new or changed."""
    new = policy.pk is None
    policy.written_by = person
    policy.save()
    record(person, "policy written" if new else "policy changed", f"policy {policy.pk}")
    return policy
