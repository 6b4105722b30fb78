"""XML without document type declarations: nothing can declare an entity, so none expands."""

from __future__ import annotations

import re


def without_doctype(body: bytes) -> bytes:
    """XML without its document type declaration, so that no entity is declared."""
    for mark, codec in (
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\x00<", "utf-32-be"),
        (b"<\x00\x00\x00", "utf-32-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
        (b"<\x00", "utf-16-le"),
        (b"\x4c\x6f\xa7\x94", "cp037"),
    ):
        if body.startswith(mark):
            text = body.decode(codec, "replace").encode("utf-8", "surrogatepass")
            cut = _cut_doctype(text)
            if cut is text:
                return body
            return cut.decode("utf-8", "surrogatepass").encode(codec, "replace")
    return _cut_doctype(body)


def _cut_doctype(body: bytes) -> bytes:
    """Cut every declaration that stands before the first element."""
    kept: list[bytes] = []
    at = 0
    while (start := body.find(b"<", at)) >= 0:
        if body.startswith(b"<!--", start):
            end = body.find(b"-->", start)
        elif body.startswith(b"<?", start):
            end = body.find(b"?>", start)
        elif body.startswith(b"<!", start) and not body.startswith(b"<![", start):
            kept.append(body[at:start])
            at = _declaration_end(body, start)
            continue
        else:
            break
        if end < 0:
            break
        kept.append(body[at : end + 2])
        at = end + 2
    return b"".join([*kept, body[at:]]) if at else body


def _declaration_end(body: bytes, start: int) -> int:
    """Where a declaration, with its bracketed part and quoted strings, ends."""
    quote, depth, at = 0, 0, start + 2
    for match in re.finditer(rb"<!--.*?-->|[\"'\[\]<>]", body[at:], re.DOTALL):
        token = match.group()
        if quote:
            quote = 0 if token[0] == quote else quote
        elif len(token) > 1:
            continue
        elif token in (b'"', b"'"):
            quote = token[0]
        elif token in (b"[", b"<"):
            depth += 1
        elif token in (b"]", b">"):
            if token == b">" and depth == 0:
                return at + match.end()
            depth = max(0, depth - 1)
    return len(body)
