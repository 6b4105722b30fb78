"""The source list: TOML in, OPML in and out; and the topic filter for general feeds."""

from __future__ import annotations

import gzip
import json

import pytest

from ingest.__main__ import main
from ingest.sources import Source, from_opml, from_toml, load, to_opml
from ingest.topics import on_topic, score
from rag.errors import InputError


def test_the_bundled_list():
    sources = load()
    assert len(sources) >= 40
    assert len({s.category for s in sources}) >= 5
    assert all(s.url.startswith("https://") for s in sources)
    assert len({s.url for s in sources}) == len(sources)


def test_toml():
    body = b"""[[source]]\nname = "A"\nurl = "https://a.example/feed"\ntopic = "ai"
    [[source]]\nurl = "https://b.example/feed"\nenabled = false
    [[source]]\nurl = "https://c.example/feed"\nfollow = false"""
    assert from_toml(body) == [
        Source("A", "https://a.example/feed", topic="ai"),
        Source("https://c.example/feed", "https://c.example/feed", follow=False),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("x =", "not valid TOML"),
        ("a = 1", r"no \[\[source\]\]"),
        ("[[source]]\nname = 'A'", "source 1 has no url"),
        ("[[source]]\nurl = 'https://a.example/'\nfeed = 1", "unknown key 'feed'"),
        ("[[source]]\nurl = 'https://a.example/'\ntopic = 'x'", "unknown topic 'x'"),
        ("[[source]]\nurl = 'file:///etc/passwd'", "not fetched"),
    ],
)
def test_a_broken_list_is_named(tmp_path, body, words):
    path = tmp_path / "sources.toml"
    path.write_text(body)
    with pytest.raises(InputError, match=words) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_list(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path / "none.toml")


def test_opml_there_and_back(tmp_path):
    sources = [
        Source('A & "B" 1 < 2', "https://a.example/feed?x=1&y=2", "Labs", "ai", follow=False),
        Source("C", "https://c.example/feed"),
    ]
    path = tmp_path / "feeds.opml"
    path.write_text(to_opml(sources))
    assert load(path) == sources


def test_the_command_exports_what_it_then_imports(tmp_path, capsys):
    made = tmp_path / "mine.toml"
    made.write_text(
        '[[source]]\nname = "A <b> & \'B\'"\nurl = "https://a.example/f?x=1&y=2"\n'
        'category = "Chips & <power>"\ntopic = "ai"\n'
        '[[source]]\nurl = "https://b.example/feed"\nfollow = false\n'
    )
    for source in (made, None):
        out = tmp_path / f"{source is None}.opml"
        named = ["--sources", str(source)] if source else []
        assert main(["sources", *named, "--opml", str(out)]) == 0
        assert str(out) in capsys.readouterr().out
        by_url = {s.url: s for s in load(source)}
        assert {s.url: s for s in load(out)} == by_url
        assert main(["sources", "--sources", str(out), "--json"]) == 0
        shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {s["url"]: s["category"] for s in shown} == {
            url: s.category for url, s in by_url.items()
        }
        assert main(["sources", *named, "--opml", "-"]) == 0
        assert capsys.readouterr().out == out.read_text()
        before = out.read_text()
        assert main(["sources", *named, "--opml", str(out)]) == 1
        assert "exists already" in capsys.readouterr().err
        assert out.read_text() == before


def test_opml_of_a_reader_and_hostile_opml():
    body = b"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml version="1.0"><body>
    <outline text="News"><outline text="A&x;" xmlUrl="https://a.example/rss"/>
    <outline text="B" xmlUrl="javascript:alert(1)"/></outline></body></opml>"""
    (source,) = from_opml(body)
    assert (source.category, source.url) == ("News", "https://a.example/rss")
    assert "root:" not in source.name
    for junk in (b"<html></html>", b"", b"<opml/>"):
        with pytest.raises(InputError):
            from_opml(junk)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("OpenAI raises $6.6 billion", "", True),
        ("Chip maker says AI demand doubled", "Nvidia said sales of GPUs rose.", True),
        ("Lawmakers weigh artificial intelligence rules", "", True),
        ("Google adds a chatbot to search", "The AI assistant answers questions.", True),
        ("Google fined over app store fees", "The company will appeal.", False),
        ("Storm hits coast", "Forecasters used data from satellites.", False),
        ("Apple opens a shop in Milan", "", False),
        ("Spain wins the cup", "The AI Riyadi coach was pleased.", False),
    ],
)
def test_the_topic_filter(title, text, expected):
    assert on_topic(title, text) is expected
    assert score(title, text) >= 0


def test_the_topic_filter_on_measured_data(shared):
    def rows(name):
        with gzip.open(shared / "data" / name, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def brief(text):
        return " ".join(text.replace("*", "").split()[:60])

    general = rows("newsquiz_2022.jsonl.gz")
    wrong = sum(on_topic(r["title"], brief(r["text"])) for r in general)
    assert wrong <= 0.005 * len(general)  # 3 of 4,714 when written
    digests = [r for r in rows("ainews.jsonl.gz") if r.get("summary")]
    found = sum(on_topic(r["title"], brief(r["summary"])) for r in digests)
    assert found >= 0.95 * len(digests)  # 0.97 when written
