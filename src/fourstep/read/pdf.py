"""PDF files to text: the text layer, page by page."""

from __future__ import annotations

from typing import Any

from fourstep.errors import ReadError
from fourstep.read import ocr
from fourstep.read.part import Part
from fourstep.read.source import MAX_BYTES

# The last bytes of a whole file; mail gateways and scanners append a little after them.
_END_WINDOW = 8192
# A page begins on a new line, so that its first words do not run on from the last of the page before.
_PAGE_BREAK = "\n"
# What PDFium writes for a hyphen at the end of a line and for a glyph that stands for no letter.
_MARKS = str.maketrans({"\x00": " ", "\x02": "-", "\ufffe": "-"})


def pdf_part(data: bytes, place: str) -> Part:
    """The text of all pages; ReadError where the file is locked, cut short or a scan without text."""
    import pypdfium2
    from pypdfium2 import raw

    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise ReadError("not a PDF file, whatever its name says", place)
    if b"%%EOF" not in data[-_END_WINDOW:]:
        # PDFium would mend such a file and leave out the pages it does not find.
        raise ReadError("the PDF is cut short: its end is missing", place)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ReadError("the PDF is encrypted; save it without a password", place) from None
        raise ReadError("the PDF is damaged and cannot be opened", place) from None
    try:
        return _pages(document, place)
    finally:
        document.close()


def _pages(document: Any, place: str) -> Part:
    texts: list[str] = []
    recognised: list[str] = []
    size = 0
    for number in range(1, len(document) + 1):
        text, guessed = _page(document, number, place)
        size += len(text)
        if size > MAX_BYTES:
            raise ReadError("the text of the PDF is larger than the limit", place)
        texts.append(text)
        recognised += [str(number)] * guessed
    bare = [str(number) for number, text in enumerate(texts, start=1) if not text.strip()]
    if len(bare) == len(texts):
        if ocr.wanted():
            raise ReadError("the PDF has no text layer, and text recognition finds no words on it", place)
        what = f"the PDF has no text layer (a scan?); text recognition must come first, here with {ocr.SETTING}=1"
        raise ReadError(what, place)
    warnings = [f"no text on page {', '.join(bare)} of the PDF"] if bare else []
    if recognised:
        warnings.append(f"page {', '.join(recognised)} of the PDF read by text recognition: check against the scan")
    return Part(_PAGE_BREAK.join(texts), warnings=tuple(warnings))


def _page(document: Any, number: int, place: str) -> tuple[str, bool]:
    """The text of a page, and whether it was recognised because there was none."""
    import pypdfium2

    try:
        page = document[number - 1]
        textpage = page.get_textpage()
        text = textpage.get_text_bounded().translate(_MARKS)
        textpage.close()
        guessed = not text.strip() and ocr.wanted()
        if guessed:
            text = ocr.recognise(page, f"{place}, page {number}")
        page.close()
    except pypdfium2.PdfiumError:
        raise ReadError(f"page {number} of the PDF is damaged", place) from None
    return text, guessed and bool(text)
