"""Bytes of unknown origin to text: which character set, and whether it is text at all."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I
)
# What browsers read in place of what pages claim (WHATWG Encoding Standard).
_READ_AS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin-1": "cp1252", "latin1": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "tis-620": "cp874", "x-sjis": "cp932", "unicode": "utf-8",
}  # fmt: skip
# The stateful and unsafe ones hide markup from whoever looks at the bytes first.
_REFUSED = re.compile(r"utf-?7|hz|iso-?2022|punycode|idna|rot|base64|hex|bz2|zlib|uu|escape|quopri")
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u3040-\ud7ff]")
_NEIGHBOUR = re.compile(rb"\blang\s*=\s*[\"']?(?:pl|cs|sk|hu|ro|hr|sl|bs|sq|tr|lt|lv|et)\b", re.I)
_MAGIC = (
    b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"MZ\x90",
    b"RIFF", b"OggS", b"ID3", b"\x00\x00\x01\x00", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ",
    b"wOFF", b"wOF2", b"\x00asm", b"\xca\xfe\xba\xbe", b"SQLite format 3", b"\xd0\xcf\x11\xe0",
    b"fLaC", b"\x28\xb5\x2f\xfd",
)  # fmt: skip


def is_binary(body: bytes) -> bool:
    """Whether the bytes are no text in any character set: a picture, archive, program."""
    if any(body.startswith(bom) for bom, _ in _BOMS):
        return False
    if body.startswith(_MAGIC) or body[4:8] == b"ftyp":
        return True
    head = body[:65536]
    if _wide(head):
        return False
    controls = sum(head.count(code) for code in (*range(0, 9), *range(14, 27), *range(28, 32)))
    return controls > max(2, len(head) // 50)


def decode(body: bytes, charset: str | None = None) -> str:
    """Text of ``body``: by its BOM, as UTF-8, by ``charset`` (the header), by what the page
    declares, by statistics, at last as Windows-1252. Never fails; NULs are dropped.

    UTF-8 is tried before any claim: text of another set is hardly ever valid UTF-8, while
    wrong claims are common.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").replace("\0", "")
    wide = _wide(body[:65536])
    if wide:
        return body.decode(wide, "replace").replace("\0", "")
    found = _try(body, "utf-8")
    if found is None:
        declared = _META.search(body[:4096])
        claims = (charset, declared[1].decode("ascii", "replace") if declared else None)
        for claim in claims:
            found = _claimed(body, claim)
            if found is not None:
                break
    if found is None:
        found = _guess(body)
    return found.replace("\0", "")


def _wide(head: bytes) -> str | None:
    """UTF-16 without a BOM: every other byte of Western text is zero."""
    if len(head) < 8:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def _try(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _claimed(body: bytes, claim: str | None) -> str | None:
    """The text if the claim fits: a few bad bytes are forgiven, wrong sets are not."""
    if not claim:
        return None
    name = claim.strip().strip("\"'").lower()
    name = _READ_AS.get(name, name)
    if _REFUSED.search(name):
        return None
    try:
        text = body.decode(name, "replace")
    except (UnicodeError, LookupError, TypeError):
        return None
    bad = text.count("\ufffd") + sum(text.count(chr(code)) for code in range(0x80, 0xA0))
    foreign = sum(ord(char) > 0x7F for char in text[:200_000])
    return text if bad <= max(2, 0.1 * foreign) else None


def _guess(body: bytes) -> str:
    damaged = body.decode("utf-8", "replace")
    bad = damaged.count("\ufffd")
    if (
        bad < 0.1 * max(1, sum(ord(char) > 0x7F for char in damaged))
        or bad <= 1 < len(body) // 2000
    ):
        return damaged  # UTF-8 with a few broken places, or cut inside a character
    from charset_normalizer import from_bytes

    sample = body[:100_000]
    best = from_bytes(sample, threshold=0.3).best()
    if best is not None:
        name = _READ_AS.get(best.encoding.replace("_", "-"), best.encoding)
        if not _REFUSED.search(name):
            text = body.decode(name, "replace")
            # Western Europe's set is told from its neighbours' by few letters, and it is
            # by far the most frequent: theirs need a word from the page.
            latin = not _OTHER_SCRIPT.search(text)
            if not latin or _NEIGHBOUR.search(body[:4096]):
                return text
    return body.decode("cp1252", "replace")
