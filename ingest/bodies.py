"""Bodies of answers: unpacked within limits while they arrive, and their kind by content."""

from __future__ import annotations

import io
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

_PIECE = 64 * 1024  # bytes unpacked at a time: the most that a bomb adds before it is seen
_RATIO = 300  # unpacked to packed bytes; real pages reach about 30, gzip's limit is 1,032
_RATIO_FROM = 2 * 1024 * 1024  # unpacked bytes up to which any ratio is harmless
_LAYERS = 2  # content encodings on top of each other
_WINDOW = 8 * 1024 * 1024  # zstandard window, the most that RFC 9659 allows on the web

_BINARY = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"RIFF", "application/octet-stream"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ", "application/x-xz"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ\x90\x00", "application/x-msdownload"),
    (b"\xca\xfe\xba\xbe", "application/octet-stream"),
    (b"\xcf\xfa\xed\xfe", "application/octet-stream"),
    (b"\x00asm", "application/wasm"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00\x00", "font/ttf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|article|div|p|script|h1|table)\b", re.I
)
_FEED = re.compile(rb"<(?:[\w-]+:)?(?:rss|feed|RDF|channel)[\s>]", re.I)
_MARKUP = re.compile(rb"[\xef\xbb\xbf\s]*<(?:!doctype|html|head|body|\?xml|rss|feed)[\s>]", re.I)
_SITEMAP = re.compile(rb"<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>]", re.I)


class BodyError(Exception):
    """A body that must not or can't be read on; the message is a few words."""


def unpack(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body, its content encodings undone, read no further than ``limit`` allows.

    :param pieces: what the server sends, as it arrives
    :param encoding: the ``Content-Encoding`` header
    :param limit: most bytes, packed or unpacked
    :raises BodyError: too large, a compression bomb, damaged, or an unknown encoding
    """
    names = [n.strip().lower() for n in encoding.split(",")]
    names = [n for n in names if n and n != "identity"]
    if len(names) > _LAYERS:
        raise BodyError(f"is packed {len(names)} times over")
    counter = _Counter(limit)
    packed = counter.count(pieces)
    first = next((piece for piece in packed if piece), b"")
    raw = itertools.chain([first], packed)
    unknown = [n for n in names if n not in _UNPACKERS]
    if unknown and not _MARKUP.match(first):
        raise BodyError(f"comes in the unknown encoding {unknown[0][:40]!r}")
    stream: Iterable[bytes] = raw
    for name in [] if unknown else reversed(names):
        stream = counter.guard(_UNPACKERS[name](stream))
    body = bytearray()
    try:
        for piece in stream:
            body += piece
            if len(body) > limit:
                raise BodyError(too_large(limit))
    except (zlib.error, _brotli_error(), _zstd_error(), EOFError) as error:
        if len(names) == 1 and not body and _MARKUP.match(first) and len(first) >= 64:
            return first + b"".join(raw)  # not packed at all, whatever the header says
        raise BodyError(f"is damaged in transfer ({str(error)[:60]})") from None
    return bytes(body)


def too_large(limit: int) -> str:
    """The reason given for a body over the limit."""
    return f"is larger than {limit / 1_000_000:g} MB"


class _Counter:
    """Counts packed bytes and stops bombs."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._packed = 0

    def count(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._packed += len(piece)
            if self._packed > self._limit:
                raise BodyError(too_large(self._limit))
            yield piece

    def guard(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        total = 0
        for piece in pieces:
            total += len(piece)
            if total > self._limit:
                raise BodyError(too_large(self._limit) + " when unpacked")
            if total > _RATIO_FROM and total > _RATIO * self._packed:
                raise BodyError("is a compression bomb")
            yield piece


def _gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """gzip of one or more members; a body that isn't gzip at all passes as it is."""
    unpacker: Any = None
    members = 0
    for piece in pieces:
        data = piece
        while data:
            if unpacker is None:
                if members and not data.startswith(b"\x1f"):
                    break  # padding after the last member
                if not members and data[:1] != b"\x1f":
                    yield data
                    yield from pieces
                    return
                unpacker, members = zlib.decompressobj(31), members + 1
            yield from _feed(unpacker, data)
            data = unpacker.unused_data
            if unpacker.eof:
                unpacker = None
    if unpacker is not None:
        raise EOFError("cut short")


def _deflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """zlib, or raw deflate, which some servers send under the same name."""
    unpacker: Any = None
    for piece in pieces:
        if unpacker is None and piece:
            zlibbed = piece[0] & 0x0F == 8 and (
                len(piece) < 2 or (piece[0] << 8 | piece[1]) % 31 == 0
            )
            unpacker = zlib.decompressobj(15 if zlibbed else -15)
        yield from _feed(unpacker, piece)
    if unpacker is not None and not unpacker.eof:
        raise EOFError("cut short")


def _feed(unpacker: Any, data: bytes) -> Iterator[bytes]:
    while data and not unpacker.eof:
        yield unpacker.decompress(data, _PIECE)
        data = unpacker.unconsumed_tail


def _brotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]

    unpacker = brotli.Decompressor()
    some = False
    for piece in pieces:
        some = some or bool(piece)
        data = piece
        while True:
            out = unpacker.process(data, output_buffer_limit=_PIECE)
            data = b""
            if out:
                yield out
            if unpacker.is_finished() or unpacker.can_accept_more_data():
                break
        if unpacker.is_finished():
            return
    if some:
        raise EOFError("cut short")


def _zstd(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import zstandard

    source = io.BufferedReader(_Pieces(pieces), 16 * 1024)
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
        source, read_size=16 * 1024, read_across_frames=True
    )
    while piece := reader.read(_PIECE):
        yield piece


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


_UNPACKERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
ENCODINGS = "gzip, deflate, br, zstd"


def _brotli_error() -> type[Exception]:
    import brotli

    error: type[Exception] = brotli.error
    return error


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


def sniff(body: bytes, declared: str = "") -> str:
    """The media type of a body, from its first bytes rather than the server's word.

    :param declared: the ``Content-Type`` header; decides only between kinds of text
    :returns: ``text/html``, ``application/xml`` (feeds: ``application/rss+xml``, sitemaps:
        ``application/sitemap+xml``), ``application/json``, ``application/pdf``,
        ``text/plain``, or a binary type
    """
    head = body[:4096]
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if b"%PDF-" in head[:1024] and not stripped.startswith(b"<"):
        return "application/pdf"
    for magic, kind in _BINARY:
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return "video/mp4"
    wide = head.startswith(_BOMS) or _wide(head)
    if not wide and _binary(body):
        return "application/octet-stream"
    text = head.replace(b"\x00", b"") if wide else head
    return _text_kind(text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"), declared.lower())


def _text_kind(text: bytes, declared: str) -> str:
    if text.startswith(b"<"):
        found = _HTML.search(text)
        if _SITEMAP.search(text):
            return "application/sitemap+xml"
        feed = _FEED.search(text)
        if feed and (not found or feed.start() < found.start()):
            return "application/rss+xml"
        if text.startswith(b"<?xml") and not (found and b"<html" in text.lower()):
            return "application/xml"
        return "text/html"
    if text.startswith((b"{", b"[")) and ("json" in declared or text.rstrip().endswith(b"}")):
        return "application/json"
    if "json" in declared and text.startswith((b"{", b"[")):
        return "application/json"
    if "html" in declared or _HTML.search(text):
        return "text/html"
    return "text/plain"


def _wide(head: bytes) -> bool:
    """UTF-16 or UTF-32 without a mark: every other byte (or three of four) is zero."""
    sample = head[:400]
    zeros = sample.count(0)
    if len(sample) < 8 or zeros < len(sample) * 0.4:
        return False
    return sample[0::2].count(0) > 0.8 * len(sample[0::2]) or (
        sample[1::2].count(0) > 0.8 * len(sample[1::2])
    )


def _binary(body: bytes) -> bool:
    """Whether a body has zero bytes or too many control characters to be text."""
    sample = body[:8192]
    odd = sum(sample.count(c) for c in _CONTROL)
    return odd > max(2, len(sample) * 0.01) or (b"\x00" in sample and odd > 1)


def is_text(kind: str) -> bool:
    """Whether :func:`sniff`'s answer is something that articles are read from."""
    return kind.startswith("text/") or kind in {
        "application/xml",
        "application/rss+xml",
        "application/sitemap+xml",
        "application/json",
        "application/pdf",
    }
