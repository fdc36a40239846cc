"""Fourstep: an open clinical coder for the NHS."""

from fourstep import compiled

compiled.install()
