"""The fixture that makes episode folders, for all tests of the readers."""

from read_makers import make_folder

__all__ = ["make_folder"]
