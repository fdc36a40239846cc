"""Fourstep: an open clinical coder for the NHS."""
