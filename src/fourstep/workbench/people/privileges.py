"""The roles of a coding department and what each may do.

The grid is shown in the product as it stands here (`people/grid`). What a role is not given, it may not do.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    TRAINEE = "trainee"
    CODER = "coder"
    SENIOR = "senior"
    AUDITOR = "auditor"
    TRAINER = "trainer"
    LEADER = "leader"
    MANAGER = "manager"
    ANALYST = "analyst"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.TRAINEE: "Trainee coder",
    Role.CODER: "Coder (accredited)",
    Role.SENIOR: "Senior coder",
    Role.AUDITOR: "Auditor",
    Role.TRAINER: "Trainer or mentor",
    Role.LEADER: "Team leader",
    Role.MANAGER: "Manager",
    Role.ANALYST: "Information analyst",
    Role.FINANCE: "Finance",
    Role.ADMINISTRATOR: "Administrator",
}


class Privilege(StrEnum):
    """One thing that a person may do. The value is what the grid shows."""

    SEE_WORKLIST = "See the worklist"
    READ_RECORD = "Read a record and its documents"
    CODE = "Code an episode"
    SUBMIT = "Submit without a second check"
    CHECK = "Check and approve or return another's coding"
    ASSIGN = "Assign episodes to others"
    QUERY = "Send queries and document requests"
    KEEP_CONTACTS = "Keep the address book of query recipients"
    ADD_EPISODES = "Bring in episodes"
    SEND_ON = "Export coded episodes with identifiers"
    SEE_CODED = "See coded data without text or identifiers"
    SEE_GROUPS = "See groups and prices"
    AUDIT = "Audit coding"
    PRACTISE = "Practise on training records"
    TRAIN = "See and sign off trainees' work"
    DASHBOARDS = "See the department's figures"
    SEE_PEOPLE_FIGURES = "See figures by coder"
    WRITE_POLICY = "Write the site's policies"
    MANAGE_PEOPLE = "Manage accounts"
    MANAGE_SITE = "Manage settings, editions and the deadline calendar"
    SEE_LOG = "Read and verify the access log"
    ERASE = "Export for a person's request and erase by the retention rule"


P = Privilege
_CODING = frozenset({P.SEE_WORKLIST, P.READ_RECORD, P.CODE, P.QUERY, P.PRACTISE, P.DASHBOARDS})
_CODER = _CODING | {P.SUBMIT, P.ADD_EPISODES, P.SEE_GROUPS}
_SENIOR = _CODER | {P.CHECK, P.ASSIGN, P.WRITE_POLICY, P.SEND_ON, P.KEEP_CONTACTS}

GRID: dict[Role, frozenset[Privilege]] = {
    Role.TRAINEE: _CODING,
    Role.CODER: _CODER,
    Role.SENIOR: _SENIOR,
    Role.AUDITOR: frozenset(
        {P.SEE_WORKLIST, P.READ_RECORD, P.AUDIT, P.SEE_GROUPS, P.DASHBOARDS, P.SEE_PEOPLE_FIGURES, P.PRACTISE}
    ),
    Role.TRAINER: _CODER | {P.CHECK, P.TRAIN, P.SEE_PEOPLE_FIGURES},
    Role.LEADER: _SENIOR | {P.TRAIN, P.SEE_PEOPLE_FIGURES, P.SEE_CODED},
    Role.MANAGER: frozenset(
        {
            P.SEE_WORKLIST, P.ASSIGN, P.DASHBOARDS, P.SEE_PEOPLE_FIGURES, P.SEE_CODED, P.SEE_GROUPS, P.WRITE_POLICY,
            P.KEEP_CONTACTS,
        }
    ),
    Role.ANALYST: frozenset({P.SEE_CODED, P.SEE_GROUPS, P.DASHBOARDS}),
    Role.FINANCE: frozenset({P.SEE_CODED, P.SEE_GROUPS}),
    Role.ADMINISTRATOR: frozenset({P.MANAGE_PEOPLE, P.MANAGE_SITE, P.SEE_LOG, P.ERASE, P.ADD_EPISODES, P.KEEP_CONTACTS}),
}
