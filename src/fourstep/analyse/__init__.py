"""Step 1 of four: analyse. From the text of a document to statements with section, sentence and assertion."""

from fourstep.analyse.document import analyse_document, assert_span, sections_of
from fourstep.analyse.statements import Section, Statement, When, Whether, Who
from fourstep.analyse.words import Tokens, tokenise

__all__ = [
    "Section",
    "Statement",
    "Tokens",
    "When",
    "Whether",
    "Who",
    "analyse_document",
    "assert_span",
    "sections_of",
    "tokenise",
]
