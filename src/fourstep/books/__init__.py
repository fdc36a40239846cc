"""The two books, ICD-10 and OPCS-4, as editions valid on a day."""

from fourstep.books.icd10 import Icd10
from fourstep.books.library import books_on
from fourstep.books.opcs4 import Opcs4
from fourstep.books.rubric import Book, Rubric
from fourstep.errors import BookError

__all__ = ["Book", "BookError", "Icd10", "Opcs4", "Rubric", "books_on"]
