"""The checker of knowledge in the terminal: ours, or a site's own lines."""

from __future__ import annotations

from fourstep.assign.tables import load_tables
from fourstep.locate.check import Checked, check_knowledge
from fourstep.locate.site import check_site


def checked_files(*, site: bool) -> Checked:
    """What is wrong with the knowledge files, or with those of the site."""
    return check_site(load_tables().policy) if site else check_knowledge()
