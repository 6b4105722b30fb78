"""The fetch path: validators, redirects, retries, kinds of content, named private hosts."""

from __future__ import annotations

import gzip
import time
import zlib
from datetime import UTC, datetime

import brotli
import pytest
import zstandard

from ingest.addresses import FetchError, refusal, split_url
from ingest.bodies import BodyError, sniff, unpack
from ingest.fetch import FetchPolicy, fetch, user_policy
from rag.errors import InputError

PAGE = b"<!doctype html><title>A</title><p>Some words of a page.</p>"


def test_a_page_with_its_facts(site):
    url = site.serve("/a", PAGE, "text/html; charset=ISO-8859-1", headers={"ETag": '"1"'})
    clock = lambda: datetime(2025, 10, 28, 12, tzinfo=UTC)  # noqa: E731
    got = fetch(url + "#part", policy=site.policy(clock=clock))
    assert (got.status, got.body, got.not_modified) == (200, PAGE, False)
    assert got.content_type == "text/html; charset=ISO-8859-1"
    assert got.fetched_at == "2025-10-28T12:00:00Z"
    assert got.headers["etag"] == '"1"'
    assert "citewire" in site.headers[0]["user-agent"]
    assert site.headers[0]["accept-encoding"] == "gzip, deflate, br, zstd"


def test_validators_are_sent_and_304_understood(site):
    url = site.serve("/a", b"", status=304)
    got = fetch(url, policy=site.policy(), etag='"1"', last_modified="Tue, 28 Oct 2025")
    assert got.not_modified
    assert site.headers[0]["if-none-match"] == '"1"'
    assert site.headers[0]["if-modified-since"] == "Tue, 28 Oct 2025"
    with pytest.raises(FetchError, match="304"):
        fetch(url, policy=site.policy())


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b, wbits=-15)),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("br, gzip", lambda b: gzip.compress(brotli.compress(b))),
        ("gzip", lambda b: gzip.compress(b[:20]) + gzip.compress(b[20:])),
        ("gzip", bytes),  # says so, but isn't
        ("identity", bytes),
    ],
)
def test_content_encodings(site, encoding, pack):
    body = PAGE * 50
    url = site.serve("/a", pack(body), headers={"Content-Encoding": encoding})
    assert fetch(url, policy=site.policy()).body == body


def test_pieces_of_any_size_unpack_to_the_same():
    body = PAGE * 400
    for encoding, packed in [
        ("gzip", gzip.compress(body)),
        ("br", brotli.compress(body)),
        ("zstd", zstandard.compress(body)),
    ]:
        pieces = [packed[i : i + 7] for i in range(0, len(packed), 7)]
        assert unpack(pieces, encoding, 1_000_000) == body
    with pytest.raises(BodyError, match="unknown encoding"):
        unpack([b"x"], "lzma", 100)


def test_redirects_are_followed_and_permanent_ones_told(site):
    site.serve("/new", PAGE)
    old = site.serve("/old", "", status=301, headers={"Location": "/new"})
    assert fetch(old, policy=site.policy()).moved_to == site.url("/new")
    once = site.serve("/once", "", status=302, headers={"Location": site.url("/new#x")})
    got = fetch(once, policy=site.policy())
    assert (got.url, got.moved_to) == (site.url("/new"), None)


def test_a_cookie_that_ends_a_circle(site):
    def gate(handler):
        if "seen=1" in handler.headers.get("Cookie", ""):
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(PAGE)
        else:
            handler.send_response(302)
            handler.send_header("Set-Cookie", "seen=1")
            handler.send_header("Location", "/gate")
            handler.end_headers()

    assert fetch(site.route("/gate", gate), policy=site.policy()).body == PAGE


def overloaded(site, *, times: int, retry_after: str | None):
    count = []

    def route(handler):
        count.append(time.monotonic())
        ok = len(count) > times
        handler.send_response(200 if ok else 503)
        if retry_after is not None and not ok:
            handler.send_header("Retry-After", retry_after)
        handler.end_headers()
        handler.wfile.write(PAGE if ok else b"busy")

    return site.route("/busy", route), count


def test_an_overloaded_server_is_asked_again_when_it_says(site):
    url, asked = overloaded(site, times=1, retry_after="1")
    assert fetch(url, policy=site.policy()).body == PAGE
    assert 0.9 < asked[1] - asked[0] < 3


def test_a_server_that_wants_long_peace_is_left_alone(site):
    url, asked = overloaded(site, times=9, retry_after="3600")
    with pytest.raises(FetchError, match="503") as caught:
        fetch(url, policy=site.policy())
    assert (len(asked), caught.value.retry_after, caught.value.passing) == (1, 3600.0, True)


def test_retry_after_as_a_date_and_as_nonsense(site):
    clock = lambda: datetime(2025, 10, 28, 12, tzinfo=UTC)  # noqa: E731
    url, _ = overloaded(site, times=9, retry_after="Tue, 28 Oct 2025 13:00:00 GMT")
    with pytest.raises(FetchError) as caught:
        fetch(url, policy=site.policy(clock=clock))
    assert caught.value.retry_after == 3600.0
    url, asked = overloaded(site, times=9, retry_after="soon")
    with pytest.raises(FetchError):
        fetch(url, policy=site.policy())
    assert len(asked) == 2


def test_nobody_listens():
    policy = user_policy(["http://127.0.0.1:9999/"], {"CITEWIRE_ALLOW_PRIVATE": "1"})
    with pytest.raises(FetchError, match="can't be connected to"):
        fetch("http://127.0.0.1:9999/", policy=policy)


def test_names_that_do_not_exist_or_take_too_long():
    def missing(host, port):
        raise OSError("no such name")

    with pytest.raises(FetchError, match=r"no-such\.test can't be found"):
        fetch("http://no-such.test/", policy=FetchPolicy(resolver=missing))

    def slow(host, port):
        time.sleep(1)
        return []

    with pytest.raises(FetchError, match="not answered in time"):
        fetch("http://slow.test/", policy=FetchPolicy(resolver=slow, stall=0.1))


def test_private_hosts_open_only_where_the_user_names_them():
    policy = user_policy(["http://127.0.0.1:8000/feed"], {"CITEWIRE_ALLOW_PRIVATE": "1"})
    assert policy.allow_hosts == {("127.0.0.1", 8000)}
    assert user_policy(["http://127.0.0.1:8000/"], {}).allow_hosts == frozenset()
    listed = user_policy([], {"CITEWIRE_ALLOW_PRIVATE": "intranet:8000, [::1]:9000"})
    assert listed.allow_hosts == {("intranet", 8000), ("::1", 9000)}
    low = user_policy(["http://127.0.0.1:22/", "not one"], {"CITEWIRE_ALLOW_PRIVATE": "yes"})
    assert low.allow_hosts == frozenset()
    named = user_policy(["http://169.254.169.254/"], {"CITEWIRE_ALLOW_PRIVATE": "1"})
    with pytest.raises(FetchError, match="metadata"):
        fetch("http://169.254.169.254/", policy=named)


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_allowed(text):
    import ipaddress

    assert refusal(ipaddress.ip_address(text)) is None


def test_urls_are_taken_apart():
    assert split_url("https://Example.COM/a") == ("https", "example.com", 443)
    assert split_url("http://bücher.example:8080/")[1:] == ("xn--bcher-kva.example", 8080)
    with pytest.raises(FetchError, match="longer than"):
        split_url("http://example.com/" + "a" * 3000)


@pytest.mark.parametrize(
    ("body", "declared", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "", "text/html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><rss version='2.0'>", "", "application/rss+xml"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "text/html", "application/rss+xml"),
        (b"<?xml version='1.0'?><urlset xmlns='x'>", "", "application/sitemap+xml"),
        (b"<?xml version='1.0'?><html xmlns='x'><head>", "", "text/html"),
        (b"%PDF-1.7\n\xe2\xe3", "text/html", "application/pdf"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"Just words.", "text/html", "text/html"),
        (b"Just words.", "", "text/plain"),
        ("<p>Grüße".encode("utf-16"), "text/html", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "image/png"),
        (b"\x00\x01\x02\x03" * 50, "text/plain", "application/octet-stream"),
    ],
)
def test_kinds_by_content(body, declared, kind):
    assert sniff(body, declared) == kind


def test_errors_are_input_errors_in_one_line(site):
    with pytest.raises(InputError, match="404; check the address") as caught:
        fetch(site.url("/none"), policy=site.policy())
    assert str(caught.value).startswith(site.url("/none"))
