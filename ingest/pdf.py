"""Text of PDF files, through pypdf."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ingest import plaintext
from ingest.text import inert
from rag.errors import InputError

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 400
MAX_CHARS = 1_000_000  # after which no further page is read
MAX_STRINGS = 20_000  # drawn on one page; real ones have up to 5,000, and 70,000 take 40 s


_DRAWS = frozenset((b"Tj", b"TJ", b"'", b'"'))


class _Crowded(Exception):
    """A page draws more strings than any real one."""


def read_pdf(body: bytes, where: str, now: datetime | None = None) -> plaintext.Found:
    """The article in a PDF's bytes; ``where`` names it in errors.

    The file's own dates are not used: they tell when the file was made, often much later.

    :raises InputError: damaged, encrypted, or without text (scanned)
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every oddity
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{where}: the PDF is encrypted; save it without a password")
        pages = _texts(reader)
        info = reader.metadata
        title = inert(str(info.title or "")) if info else ""
        author = inert(str(info.author or "")) if info else ""
    except DependencyError as error:
        raise InputError(f"{where}: the PDF is encrypted; save it without a password") from error
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
        AssertionError,
        NotImplementedError,
        OverflowError,
    ) as error:
        raise InputError(f"{where}: the PDF is damaged; save or download it again") from error
    text = "\n\n".join(page.strip() for page in pages)
    if len(text.split()) < 5:
        raise InputError(f"{where}: no text in the PDF (scanned?); run character recognition first")
    found = plaintext.read(text, now)
    if not found.text:
        raise InputError(f"{where}: no article text in the PDF, only short lines")
    if title and len(title.split()) > 2 and not title.lower().endswith((".doc", ".docx", ".pdf")):
        found = replace(found, title=title)
    if not found.authors and plaintext.is_name(author):
        found = replace(found, authors=(author,))
    return found


def _texts(reader: PdfReader) -> list[str]:
    """The pages' texts within the limits; a page that is over its own gives none."""
    found: list[str] = []
    size = 0
    for page in reader.pages[:MAX_PAGES]:
        left = [MAX_STRINGS]

        def count(operator: bytes, *_: object, left: list[int] = left) -> None:
            left[0] -= operator in _DRAWS
            if left[0] < 0:
                raise _Crowded

        try:
            found.append(page.extract_text(visitor_operand_before=count) or "")
        except _Crowded:
            continue
        size += len(found[-1])
        if size > MAX_CHARS:
            break
    return found
