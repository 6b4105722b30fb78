"""Files, fetched pages and corpus lines as Articles; whatever is bad becomes an InputError."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from ingest import dates, markdown, plaintext
from ingest.dates import Dated
from ingest.decode import decode, is_binary
from ingest.text import canonical_url, clean, host_name, inert
from rag.errors import InputError
from rag.types import Article, Origin

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".jsonl", ".jsonl.gz")
_PAGES = (".html", ".htm", ".xhtml")
MAX_BYTES = 64 * 2**20  # of one document; no article comes near, and parsers need 10 times it
MAX_TEXT = 5_000_000  # characters kept of one article
MAX_AUTHORS = 20
_NO_ADDRESS = {"javascript", "vbscript", "data", "blob"}  # run or hold something, name nothing


def read_path(path: Path, now: datetime | None = None) -> Iterator[Article | InputError]:
    """Articles of a file, or of every known file below a folder in sorted order.

    A bad file or line is yielded as an InputError that names it; the rest still comes.
    :param now: dates after it become unknown
    """
    path = Path(path)
    if path.is_dir():
        empty = True
        inside = path.resolve()
        for file in _files(path):
            empty = False
            if file.resolve().is_relative_to(inside):
                yield from _read_file(file, now)
            else:
                yield InputError(f"{file}: a link out of the folder; add what it points at itself")
        if empty:
            yield InputError(f"{path}: no file to read in this folder; give {_kinds()} files")
        return
    yield from _read_file(path, now)


def read_page(
    body: bytes,
    url: str,
    content_type: str | None = None,
    fetched: str | None = None,
) -> Article:
    """The article of a fetched page, PDF or text.

    :param content_type: the response's header; its charset is believed if it fits the bytes
    :param fetched: when it was fetched (ISO, UTC); dates after it become unknown
    :raises InputError: where there is no article: binary, empty, boilerplate only, a
        paywall's teaser, an error or challenge page
    """
    now = dates.clock(fetched)
    kind, charset = _content_type(content_type)
    if len(body) > MAX_BYTES:
        raise InputError(f"{url}: larger than {MAX_BYTES >> 20} MiB; nothing read of it")
    if not body.strip():
        raise InputError(f"{url}: empty page; check the address")
    if body[:1024].lstrip()[:5] == b"%PDF-":
        article = _pdf(body, url, url, now)
    elif is_binary(body):
        raise InputError(f"{url}: not text ({kind or 'unknown type'}); give a page, text or PDF")
    elif kind in ("text/plain", "text/markdown") and not _looks_html(body):
        text = decode(body, charset)
        read = _markdown if kind == "text/markdown" else _plain
        article = read(text, url, url, now)
    else:
        article = _html(body, url, url, now, charset)
    return replace(article, fetched=fetched)


def from_record(record: Mapping[str, object], now: datetime | None = None) -> Article:
    """The article of one corpus line.

    Fields: ``url``, ``title``, ``text`` (plain or Markdown) or ``html``; optionally
    ``published``, ``updated``, ``publisher``, ``authors``, ``summary``, ``language``.

    :raises InputError: where the address or the text is missing, or a field has a wrong type
    """
    if not isinstance(record, Mapping):
        raise InputError("a corpus line must be a JSON object with url, title and text")
    url = _string(record, "url").strip()
    if not url:
        raise InputError('no "url" in the corpus line; every article needs its address')
    if "\n" in url or ":" not in url:
        raise InputError(f'"{url[:80]}" is not an address; write it with its https://')
    if url.partition(":")[0].strip().lower() in _NO_ADDRESS:
        raise InputError(f'"{url[:80]}" is no address of an article; write it with its https://')
    url = canonical_url(url)
    text, html = _string(record, "text"), _string(record, "html")
    base = Article(url=url, title="", text=markdown.light(text))
    if not base.text and html:
        base = _html(html.encode("utf-8", "replace"), url, url, now, "utf-8")
    title = markdown.plain(_string(record, "title")) or base.title or _first_line(base.text)
    if not base.text:
        raise InputError(f"{url}: no text; an article needs a text or html field")
    published = dates.read(record.get("published"), Origin.FILE, now)
    updated = dates.read(record.get("updated"), Origin.FILE, now)
    article = _dated(base, published, updated)
    return replace(
        article,
        title=title,
        text=base.text[:MAX_TEXT],
        publisher=inert(_string(record, "publisher")) or base.publisher or host_name(url),
        authors=_authors(record.get("authors") or record.get("author")) or base.authors,
        language=_language(_string(record, "language")) or base.language or _detect(base.text),
        summary=markdown.plain(_string(record, "summary")) or base.summary,
    )


def without_future(article: Article, now: datetime) -> Article:
    """``article`` with dates after ``now`` made unknown."""
    if article.published and not dates.plausible(article.published, now):
        article = replace(article, published=None, published_from=Origin.UNKNOWN)
    if article.updated and not dates.plausible(article.updated, now):
        article = replace(article, updated=None, updated_from=Origin.UNKNOWN)
    return article


def _kinds() -> str:
    return ", ".join(SUFFIXES)


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(root) / name


def _read_file(path: Path, now: datetime | None) -> Iterator[Article | InputError]:
    name = path.name.lower()
    try:
        if not path.exists():
            raise InputError(f"{path}: no such file; check the path")
        if not name.endswith(SUFFIXES):
            raise InputError(f"{path}: not a kind of file that can be read; give {_kinds()}")
        if not path.is_file():
            raise InputError(f"{path}: not a regular file")
        if name.endswith((".jsonl", ".jsonl.gz")):
            yield from _jsonl(path, now)
            return
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MiB; split it")
        yield _document(path, path.read_bytes(), now)
    except InputError as error:
        yield error
    except OSError as error:
        yield InputError(f"{path}: can't be read ({error.strerror or error}); check its rights")


def _document(path: Path, body: bytes, now: datetime | None) -> Article:
    """One article of a file's bytes. :raises InputError:"""
    name, where, url = path.name.lower(), str(path), path.resolve().as_uri()
    if not body.strip():
        raise InputError(f"{where}: empty file; nothing to read")
    if name.endswith(".pdf"):
        return _pdf(body, url, where, now)
    if is_binary(body):
        raise InputError(f"{where}: not text; check that the file is what its name says")
    if name.endswith(_PAGES):
        return _html(body, None, where, now, None, fallback=url)
    text = decode(body)
    if name.endswith((".md", ".markdown")):
        return _markdown(text, url, where, now)
    return _plain(text, url, where, now)


def _jsonl(path: Path, now: datetime | None) -> Iterator[Article | InputError]:
    """Articles of a corpus file, line by line; a corrupt archive ends with an InputError."""
    number = 0
    with path.open("rb") as raw:
        lines: IO[bytes] = raw
        if path.name.lower().endswith(".gz"):
            lines = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield _line(path, number, line, now)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield InputError(
                f"{path}: damaged after line {number} ({error}); what came before was read"
            )
    if not number:
        yield InputError(f"{path}: empty file; nothing to read")


def _line(path: Path, number: int, line: bytes, now: datetime | None) -> Article | InputError:
    where = f"{path} line {number}"
    try:
        if len(line) > MAX_BYTES:
            raise InputError(f"longer than {MAX_BYTES >> 20} MiB")
        record = json.loads(line.decode("utf-8-sig"))
        if not isinstance(record, dict):
            raise InputError("not a JSON object; one article a line")
        return from_record(record, now)
    except InputError as error:
        return InputError(f"{where}: {error}")
    except UnicodeDecodeError:
        return InputError(f"{where}: not UTF-8; save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0][:100]
        return InputError(f"{where}: not JSON ({reason}); correct or delete the line")


def _markdown(text: str, url: str, where: str, now: datetime | None) -> Article:
    fields, body = _front_matter(text, where)
    body = markdown.light(body)
    title = markdown.plain(_string(fields, "title"))
    first = body.partition("\n")[0]
    if first.startswith("# ") and (not title or _same(first[2:], title)):
        title = title or first[2:]
        body = body[len(first) :].strip()  # the title is a field of its own
    if not body:
        raise InputError(f"{where}: no text below the front matter; nothing to read")
    address = _string(fields, "url").strip()
    address = canonical_url(address) if address else url
    article = Article(
        url=address,
        title=title or _first_line(body),
        text=body[:MAX_TEXT],
        publisher=inert(_string(fields, "publisher")) or _web_host(address),
        authors=_authors(fields.get("authors") or fields.get("author")),
        language=_language(_string(fields, "language")) or _detect(body),
        summary=markdown.plain(_string(fields, "summary")) or None,
    )
    return _dated(
        article,
        dates.read(fields.get("published") or fields.get("date"), Origin.FILE, now),
        dates.read(fields.get("updated"), Origin.FILE, now),
    )


def _front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """The YAML between leading ``---`` lines as a dict, and what follows it."""
    import yaml

    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return {}, text
    head, mark, body = text[4:].partition("\n---")
    if not mark or (body and body[0] not in "\n -"):
        return {}, text
    body = body.lstrip("-").partition("\n")[2]
    try:
        fields = yaml.safe_load(head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark_ = getattr(error, "problem_mark", None)
        line = f" line {mark_.line + 2}" if mark_ else ""
        raise InputError(f"{where}{line}: the front matter is not YAML; correct it") from error
    if not isinstance(fields, dict):
        return {}, text  # a rule, then prose
    return {str(key).lower(): value for key, value in fields.items()}, body


def _plain(text: str, url: str, where: str, now: datetime | None) -> Article:
    found = plaintext.read(text, now)
    if not found.text:
        raise InputError(f"{where}: no article text in it, only menus or notices")
    article = Article(
        url=canonical_url(found.url) if found.url else url,
        title=found.title or _first_line(found.text),
        text=found.text[:MAX_TEXT],
        publisher=found.publisher or _web_host(found.url or url),
        authors=found.authors,
        language=_detect(found.text),
        summary=found.summary,
    )
    return _dated(article, found.published, found.updated)


def _html(
    body: bytes,
    url: str | None,
    where: str,
    now: datetime | None,
    charset: str | None,
    fallback: str = "",
) -> Article:
    from ingest import extract

    page = extract.read(decode(body, charset), url, now)
    if page.problem:
        raise InputError(f"{where}: {page.problem}")
    address = canonical_url(url or page.url or fallback)
    article = Article(
        url=address,
        title=page.title or _first_line(page.text),
        text=page.text[:MAX_TEXT],
        publisher=page.publisher or _web_host(address),
        authors=page.authors[:MAX_AUTHORS],
        language=page.language or _detect(page.text),
        summary=page.summary,
    )
    return _dated(article, page.published, page.updated)


def _pdf(body: bytes, url: str, where: str, now: datetime | None) -> Article:
    from ingest.pdf import read_pdf

    found = read_pdf(body, where, now)
    article = Article(
        url=url,
        title=found.title or _first_line(found.text),
        text=found.text[:MAX_TEXT],
        publisher=found.publisher or _web_host(url),
        authors=found.authors,
        language=_detect(found.text),
    )
    return _dated(article, found.published, found.updated)


def _dated(article: Article, published: Dated | None, updated: Dated | None) -> Article:
    """``article`` with the dates given; those it has stay where none is given."""
    if published:
        article = replace(article, published=published.value, published_from=published.origin)
    if updated:
        article = replace(article, updated=updated.value, updated_from=updated.origin)
    return article


def _string(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise InputError(f'"{name}" must be a string, not {type(value).__name__}')
    return str(value)


def _authors(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    names = [inert(name) for name in values if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]


def _language(value: str) -> str | None:
    code = value.strip().lower().replace("_", "-").partition("-")[0]
    return code if 2 <= len(code) <= 3 and code.isascii() and code.isalpha() else None


def _detect(text: str) -> str | None:
    from ingest.language import detect

    return detect(text)


def _first_line(text: str) -> str:
    """A stand-in for a missing title: the first heading or line, shortened at a word."""
    line = next((line for line in text.split("\n") if line.strip()), "").lstrip("#- ").strip()
    if len(line) <= 120:
        return clean(line)
    return line[:120].rsplit(" ", 1)[0] + "…"


def _same(a: str, b: str) -> bool:
    return "".join(filter(str.isalnum, a.lower())) == "".join(filter(str.isalnum, b.lower()))


def _web_host(url: str) -> str | None:
    return host_name(url) if url.startswith(("http://", "https://")) else None


def _content_type(header: str | None) -> tuple[str, str | None]:
    if not header:
        return "", None
    from email.message import Message

    message = Message()
    message["content-type"] = header
    charset = message.get_param("charset")
    return message.get_content_type() if "/" in header else "", (
        charset if isinstance(charset, str) else None
    )


def _looks_html(body: bytes) -> bool:
    head = body[:2048].lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html")) or b"<body" in head
