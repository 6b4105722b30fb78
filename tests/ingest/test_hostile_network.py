"""What hostile servers do to a reader, over loopback: addresses, redirects, size and time."""

from __future__ import annotations

import gzip
import socket
import time
import zlib

import brotli
import pytest
import zstandard

from ingest.fetch import FetchError, FetchPolicy, fetch
from rag.store import Store
from tests.ingest.hostile import STORY, only, page, refused, rss


@pytest.fixture
def store(emptied_store: Store) -> Store:
    return emptied_store


# -- addresses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://localhost./",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://[fc00::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[fd00:ec2::254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://10.0.0.1/",
        "http://172.16.5.5/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://user:secret@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com:22/",
        "http://example.com:6379/",
        "http://exa mple.com/",
        "http://example.com/\r\nHost: other",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "data:text/html,hello",
        "javascript:alert(1)",
        "//127.0.0.1/",
        "http://%31%32%37.0.0.1/",
    ],
)
def test_an_address_that_must_not_be_asked(url):
    with pytest.raises(FetchError) as caught:
        fetch(url)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{other}/inner",
        "http://localhost:{port}/inner",
        "http://[::1]:{port}/inner",
        "http://[::ffff:127.0.0.1]:{port}/inner",
        "http://2130706433:{port}/inner",
        "http://0x7f.1:{port}/inner",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://user:pass@127.0.0.1:{port}/inner",
        "file:///etc/passwd",
        "//127.1:{port}/inner",
    ],
)
def test_a_redirect_inside(site, add, target):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        location = target.format(port=site.port, other=other.getsockname()[1])
        site.serve("/inner", page())
        url = site.serve("/go", "", status=302, headers={"Location": location})
        refused(add(url))
    assert "/inner" not in site.asked


def test_a_redirect_through_a_public_hop_is_checked_again(site):
    names = {"news.test": ["93.184.215.14"], "inner.test": ["127.0.0.1"]}
    policy = site.policy(resolver=lambda host, port: names.get(host, ["127.0.0.1"]))
    url = site.serve("/go", "", status=301, headers={"Location": "http://inner.test/x"})
    with pytest.raises(FetchError, match=r"inner\.test \(127\.0\.0\.1\) is a private address"):
        fetch(url, policy=policy)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.8"], ["::ffff:192.168.0.1"], ["fe80::1"]]
)
def test_a_name_that_points_inside(addresses):
    policy = FetchPolicy(resolver=lambda host, port: addresses)
    with pytest.raises(FetchError, match="is not fetched"):
        fetch("http://innocent.test/", policy=policy)


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(site):
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    policy = FetchPolicy(
        resolver=lambda host, port: next(answers),
        allow_hosts=frozenset({("rebind.test", site.port)}),
    )
    site.serve("/a", page())
    assert fetch(f"http://rebind.test:{site.port}/a", policy=policy).status == 200
    assert site.headers[0]["host"] == f"rebind.test:{site.port}"
    with pytest.raises(FetchError, match="metadata"):
        fetch(f"http://rebind.test:{site.port}/a", policy=policy)


def test_private_hosts_that_the_user_did_not_name_stay_closed(site, add):
    items = "<item><title>A</title><link>http://127.0.0.1:9/x</link></item>"
    report = add(site.serve("/feed", rss(items), "application/rss+xml"))
    refused(report, "127.0.0.1:9")


# -- XML ------------------------------------------------------------------------------


def test_external_entities_are_not_read(site, store, add, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the house")
    text = "".join(f"<p>{p}</p>" for p in STORY)
    feed = rss(
        f"<item><title>Story &x;</title><link>{site.base}/a</link></item>",
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">'
        f'<!ENTITY % p SYSTEM "{site.base}/evil.dtd"> %p;]>',
    )
    site.serve("/a", page(extra=text))
    assert add(site.serve("/feed", feed, "application/rss+xml")).added == 1
    stored = only(store)
    assert "secret of the house" not in stored.text + stored.source.title
    assert not any("evil" in path for path in site.asked)


def test_billion_laughs(site, store, add):
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
    )
    feed = rss(
        f"<item><title>&a11; raises money</title><link>{site.base}/a</link></item>",
        f"<!DOCTYPE rss [{entities}]>",
    )
    site.serve("/a", page())
    assert add(site.serve("/feed", feed, "text/xml")).added == 1
    assert len(only(store).text) < 5000


def test_quadratic_blow_up(site, add):
    feed = rss(
        f"<item><title>{'&a;' * 50_000}</title></item>",
        f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>',
    )
    assert add(site.serve("/feed", feed, "text/xml")).stored == 0


# -- size and time --------------------------------------------------------------------


BOMB = b"<p>" + b"A" * 60_000_000


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", lambda b: gzip.compress(b, 9)),
        ("gzip, gzip", lambda b: gzip.compress(gzip.compress(b, 9), 9)),
        ("deflate", lambda b: zlib.compress(b, 9)),
        ("br", lambda b: brotli.compress(b, quality=5)),
        ("zstd", lambda b: zstandard.compress(b)),
        ("", lambda b: gzip.compress(b, 9)),
    ],
)
def test_a_compression_bomb(site, add, encoding, pack):
    headers = {"Content-Encoding": encoding} if encoding else {}
    url = site.serve("/bomb", pack(BOMB), headers=headers)
    reason = refused(add(url), url)
    assert "bomb" in reason or "larger than" in reason


def test_too_many_encodings(site, add):
    url = site.serve("/x", b"x", headers={"Content-Encoding": "gzip, gzip, gzip, br"})
    refused(add(url), "packed 4 times")


@pytest.mark.parametrize("announced", [True, False])
def test_a_page_of_50_megabytes(site, add, announced):
    sent = []

    def big(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        if announced:
            handler.send_header("Content-Length", str(50_000_000))
        handler.end_headers()
        for _ in range(500):
            handler.wfile.write(b"<p>words and more words</p>" * 3704)
            sent.append(1)

    refused(add(site.route("/big", big)), "larger than 10 MB")
    assert len(sent) < 400  # the rest was never taken


def test_an_endless_page(site, add):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while True:
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    refused(add(site.route("/endless", endless)), "larger than 10 MB")


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_slow_drip(site, add, where):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if where == "body":
            handler.wfile.write(b"Content-Type: text/html\r\n\r\n<p>")
        for i in range(600):
            time.sleep(0.1)
            line = b"x" if where == "body" else b"X-%d: y\r\n" % i
            handler.wfile.write(line)
            handler.wfile.flush()

    began = time.monotonic()
    refused(add(site.route("/drip", drip), seconds=1.0), "too slow")
    assert time.monotonic() - began < 20  # it would go on for a minute


def test_silence(site, add):
    def silent(handler):
        time.sleep(1.5)

    refused(add(site.route("/silent", silent), stall=0.5), "too slow")


def test_a_body_cut_short(site, add):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(page().encode()[:800])

    refused(add(site.route("/cut", cut)), "breaks off")


def test_damaged_compression(site, add):
    body = gzip.compress(page().encode())
    url = site.serve("/x", body[: len(body) // 2], headers={"Content-Encoding": "gzip"})
    refused(add(url), "damaged")


def test_redirect_loops_and_chains(site, add):
    site.serve("/a", "", status=302, headers={"Location": "/b"})
    site.serve("/b", "", status=302, headers={"Location": "/a"})
    refused(add(site.url("/a")), "circle")
    for i in range(12):
        site.serve(f"/c{i}", "", status=301, headers={"Location": f"/c{i + 1}"})
    refused(add(site.url("/c0")), "more than 5 times")
    refused(add(site.serve("/d", "", status=302)), "nowhere")
