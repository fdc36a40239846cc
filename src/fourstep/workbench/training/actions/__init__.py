"""Everything that changes practice, papers and the competency log."""
