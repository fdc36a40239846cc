"""Everything that changes audits."""
