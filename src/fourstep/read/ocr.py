"""Text recognition for scanned pages, by Debian's tesseract. Off unless the setting FOURSTEP_OCR asks for it.

What is recognised is a guess at letters; whoever reads a page this way must warn that it was.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

from fourstep.errors import ReadError

#: The setting, read from the environment so that the processes of a batch or a service have it too.
SETTING = "FOURSTEP_OCR"
_ON = frozenset({"1", "on", "yes", "true"})
_DOTS = 300  # an inch: what tesseract is made for
_MOST_PIXELS = 40_000_000
_MOST_SECONDS = 120


def wanted() -> bool:
    """True where the setting asks for text recognition."""
    return os.environ.get(SETTING, "").strip().lower() in _ON


def recognise(page: Any, place: str) -> str:
    """The words on a page of a PDF (a pypdfium2 page); empty where there are none.

    Raises ReadError where tesseract is not installed or does not come to an end.
    """
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "eng"],
            input=_picture(page),
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
            # One thread a page: batches run a process a core, and the result is the same every time.
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )
    except FileNotFoundError:
        what = f"{SETTING} asks for text recognition, but tesseract is not installed (Debian: apt-get install tesseract-ocr)"
        raise ReadError(what, place) from None
    except subprocess.TimeoutExpired:
        raise ReadError(f"text recognition of a page took longer than {_MOST_SECONDS} s", place) from None
    if done.returncode:
        raise ReadError(f"text recognition of a page failed (status {done.returncode})", place)
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip("\n")


def _picture(page: Any) -> bytes:
    """The page in shades of grey, as a portable grey map."""
    width, height = page.get_size()
    scale = _DOTS / 72
    scale *= min(1.0, (_MOST_PIXELS / max(1.0, width * height * scale * scale)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    wide, high, stride = bitmap.width, bitmap.height, bitmap.stride
    bitmap.close()
    return f"P5 {wide} {high} 255\n".encode() + b"".join(rows[y * stride : y * stride + wide] for y in range(high))
