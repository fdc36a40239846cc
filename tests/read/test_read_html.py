"""HTML to text."""

from __future__ import annotations

from pathlib import Path

import pytest
from read_makers import fails, one

from fourstep.read import read_text


def html(tmp_path: Path, body: str | bytes, name: str = "letter.html") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo\n"),
        ("<p>Chest   pain\n since <b>Mon</b>day</p>", "Chest pain since Monday\n"),
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<div>Hb&nbsp;98 &lt; 120 &amp; falling</div>", "Hb 98 < 120 & falling\n"),
        ("<ul><li>AF<li>HTN</ul>", "- AF\n- HTN\n"),
        ("<ol><li>CABG</li><li>AVR</li></ol>", "1. CABG\n2. AVR\n"),
        ("<ul><li>AF<ul><li>paroxysmal</li></ul></li></ul>", "- AF\n  - paroxysmal\n"),
        ("<dl><dt>Diagnosis</dt><dd>Sepsis</dd></dl>", "Diagnosis: Sepsis\n"),
        ("<pre>Hb   98\n\nWCC  12</pre>", "Hb   98\nWCC  12\n"),
        ("<script>x()</script><style>p{}</style><p>seen</p><!-- unseen -->", "seen\n"),
        ("<p style='display: none'>unseen</p><p hidden>unseen</p><p>seen</p>", "seen\n"),
        ("<table><tr><td>Diagnosis</td><td>Gout</td></tr></table>", "Diagnosis: Gout\n"),
        ("<table><tr><th>Diagnosis:</th><td>Gout<p>left toe</p></td></tr></table>",
         "Diagnosis: Gout\nleft toe\n"),
        ("<table><tr><th>PMH</th><td><ul><li>AF</li></ul></td></tr></table>", "PMH:\n- AF\n"),
        ("<table><tr><th>Complications</th><td></td></tr></table>", "Complications:\n"),
        ("<table><tr><td>a</td><td>b</td><td>c</td></tr></table>", "a | b | c\n"),
        ("<table><tr><th>Drug</th><td>Aspirin</td><td>75mg</td></tr></table>", "Drug: Aspirin | 75mg\n"),
        (
            "<table><tr><th>Test</th><th>Result</th></tr><tr><td>Hb</td><td>98</td></tr></table>",
            "Test | Result\nHb | 98\n",
        ),
        ("<table><tr><th>Summary</th></tr><tr><td><p>Fell.</p><p>Well.</p></td></tr></table>",
         "Summary\nFell.\nWell.\n"),
        ("<table><caption>Bloods</caption><tbody><tr><td>a</td><td></td><td>c</td></tr></tbody></table>",
         "Bloods\na |  | c\n"),
        (
            "<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td></tr></table>",
            "in: ner\n",
        ),
    ],
)  # fmt: skip
def test_markup_becomes_lines(tmp_path: Path, body: str, text: str) -> None:
    assert (
        read_text(html(tmp_path, f"<!DOCTYPE html><html><head><title>t</title></head><body>{body}</body>"))
        == text
    )


def test_headings_are_marked_where_they_stand(tmp_path: Path) -> None:
    episode = one(html(tmp_path, "<h1>Discharge summary</h1><p>Fell.</p><h2>PMH</h2><p>AF</p>"))
    (document,) = episode.documents
    assert [document.text[h.start : h.end] for h in document.headings] == ["Discharge summary", "PMH"]
    assert [h.title for h in document.headings] == ["Discharge summary", "PMH"]


def test_a_declared_single_byte_charset_needs_no_warning(tmp_path: Path) -> None:
    page = b"<html><head><meta charset='windows-1252'></head><body>38\xb0C</body></html>"
    episode = one(html(tmp_path, page, "letter.htm"))
    assert episode.documents[0].text == "38\u00b0C\n"
    assert episode.warnings == ()


def test_an_xml_declaration_is_no_obstacle(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>AF</body></html>'
    assert read_text(html(tmp_path, page, "letter.xhtml")) == "AF\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [("<html><body></body></html>", "no text"), (b"\0\0", "binary"), ("<!-- only -->", "HTML|no text")],
)
def test_pages_without_text(tmp_path: Path, body: str | bytes, message: str) -> None:
    assert any(part in fails(html(tmp_path, body)) for part in message.split("|"))


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<p>x &b; &f; y</p>"
    )
    text = read_text(html(tmp_path, page))
    assert "root:" not in text
    assert "aaaaaaaaaaaa" not in text


def test_a_page_that_cannot_be_read_whole_is_not_read_in_part(tmp_path: Path) -> None:
    assert "too deep" in fails(html(tmp_path, "<p>before</p>" + "<div>" * 300 + "deep"))
    assert "too large" in fails(html(tmp_path, "<p>before</p><p>" + "words " * 2_000_000))
