"""Makers of fictional HL7 v2 messages for the tests of the readers and the feed."""

from __future__ import annotations

import base64

PID = "PID|1||K7788^^^RZZ^MR~9990001014^^^NHS^NH||FERNSBY^Ada||19500312|F"


def visit(**values: str) -> str:
    """PV1 with its fields by number, `f2="I"`, on top of an ordinary stay."""
    ordinary = {"f1": "1", "f2": "I", "f3": "W3^^^RZZ", "f10": "GENERAL MEDICINE", "f19": "V100^^^RZZ"}
    known = ordinary | {"f44": "20250301083000", "f45": "20250306"} | values
    return "|".join(["PV1", *(known.get(f"f{number}", "") for number in range(1, 46))])


STAY = visit()


def header(kind: str, control: str, charset: str = "") -> str:
    """MSH of a message."""
    fields = ["MSH", "^~\\&", "PAS", "RZZ", "FOURSTEP", "RZZ", "20250306101500", "", kind, control, "P", "2.4"]
    return "|".join([*fields, *[""] * 5, charset] if charset else fields)


def message(kind: str, control: str, *segments: str, charset: str = "", stay: str = STAY, patient: str = PID) -> str:
    """A whole message with its patient and stay."""
    return "\r".join([header(kind, control, charset), patient, stay, *segments]) + "\r"


def summary(control: str = "M1", *lines: str, number: str = "D1", event: str = "T02", stay: str = STAY) -> str:
    """A discharge summary as text rows (MDM)."""
    words = lines or ("Diagnosis: community acquired pneumonia", "PMH: T2DM")
    rows = [f"OBX|{n}|TX|DS^Discharge summary||{line}||||||F" for n, line in enumerate(words, start=1)]
    return message(f"MDM^{event}", control, f"TXA|1|DS|TX|20250306||||||||{number}", *rows, stay=stay)


def attached(data: bytes, kind: str, control: str = "M9", coding: str = "Base64") -> str:
    """A discharge summary as an encapsulated file (MDM)."""
    text = base64.b64encode(data).decode("ascii") if coding == "Base64" else data.decode("ascii")
    row = f"OBX|1|ED|DS^Discharge summary||PAS^AP^{kind}^{coding}^{text}||||||F"
    return message("MDM^T02", control, f"TXA|1|DS|AP|20250306||||||||{control}", row)
