"""Filters of the coding screen's templates."""
