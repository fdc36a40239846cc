"""The interface for other systems: episodes in, coding out, by tokens of their own. docs/api.md shows it at work."""
