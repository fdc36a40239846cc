"""Codings compared as an NHS audit compares them."""

from fourstep.evaluate.audit import Audit, Count, EpisodeResult, audit, audit_episode, compare, plain

__all__ = ["Audit", "Count", "EpisodeResult", "audit", "audit_episode", "compare", "plain"]
