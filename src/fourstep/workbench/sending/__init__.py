"""Coded episodes leave: batches for other systems, coded data without identifiers for analysts, groups and prices."""
