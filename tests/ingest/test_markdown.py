from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from ingest.markdown import light, plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[GPT-4](https://a.example/x_(y)) is *big*", "GPT-4 is big"),
        ("[[1]](https://a.example) **bold** and __strong__", "[1] bold and strong"),
        ("![alt](x.png) text ![](y.png)", "text"),
        ("[![alt](x.png)](https://a.example) text", "text"),
        ("see [this [nested] one](u/v) ([discussion](u/w))", "see this [nested] one (discussion)"),
        ("[GPT](great new model) won", "GPT (great new model) won"),
        ("[text][ref] and more\n\n[ref]: https://a.example 'T'", "text and more"),
        (
            "5 < 7 and 9 > 8, C* and A* search, 2 * 3 * 4",
            "5 < 7 and 9 > 8, C* and A* search, 2 * 3 * 4",
        ),
        ("costs $5 to $7 a month, **$8b** in all", "costs $5 to $7 a month, $8b in all"),
        ("snake_case_name and __init__ and _really_", "snake_case_name and __init__ and really"),
        ("`a*b*c` and ``x`` and \\*not\\*", "a*b*c and x and *not*"),
        ("<think> tokens in Vec<T>", "<think> tokens in Vec<T>"),
        ("<b>bold</b> &amp; <i>it</i><br>next", "bold & it\nnext"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;after", "after"),
        ("# Title #\n\ntext", "# Title\n\ntext"),
        ("Title\n=====\ntext", "# Title\n\ntext"),
        ("#hashtag is no heading", "#hashtag is no heading"),
        ("* one\n+ two\n  - three\n1. four", "- one\n- two\n- three\n1. four"),
        ("- [x] done\n- [ ] open", "- done\n- open"),
        ("> quoted\n>\n> > twice", "quoted\n\ntwice"),
        ("[TOC]\n\n**Table of Contents**\n\n- [A](#a)\n\ntext", "text"),
        (
            "https://a.example/bare\n\ntext https://a.example/in stays",
            "text https://a.example/in stays",
        ),
        ("a\n\n---\n\n***\n\nb", "a\n\nb"),
        ("```python\n# comment\nx = 1\n```\nafter", "comment\nx = 1\n\nafter"),
        ("note[^1]\n\n[^1]: the footnote", "note\n\nthe footnote"),
        ("a <!-- hidden --> b", "a b"),
        ("~~old~~ new", "old new"),
    ],
)
def test_light(source: str, expected: str) -> None:
    assert light(source) == expected


def test_tables_become_readable_rows() -> None:
    table = "| Model | Price |\n|---|:--:|\n| **Opus** | $15 |\n| [Mini](u/v) | $0.5 |\n\nafter"
    assert light(table) == "- Model: Opus; Price: $15\n- Model: Mini; Price: $0.5\n\nafter"


def test_light_is_stable() -> None:
    text = light("# A *b*\n\n- [c](d/e)\n- **f** g\n\nText, 3 < 4.")
    assert light(text) == text


def test_titles() -> None:
    assert plain("# **Big** [news](https://a.example) <b>now</b>\n today") == "Big news now today"


@pytest.mark.parametrize(
    "hostile",
    ["[" * 100_000, "](" * 50_000, "*a" * 50_000, "`" * 100_000, "<" * 100_000, "![" * 50_000,
     "[a](" + "(" * 100_000, "> " * 50_000, "|" * 100_000 + "\n|---|", "_a_" * 50_000,
     "**a " * 50_000, "```\n" * 20_000, "- " * 50_000, "#" * 100_000],
)  # fmt: skip
@pytest.mark.timeout(120)
def test_hostile_markdown_is_read(hostile: str) -> None:
    assert isinstance(light(hostile), str)


def test_digests(shared: Path) -> None:
    """Every 20th real digest: no marks are left, and numbers outside addresses survive."""
    with gzip.open(shared / "data" / "ainews.jsonl.gz") as lines:
        records = [json.loads(line) for i, line in enumerate(lines) if i % 20 == 0]
    assert len(records) > 20
    for record in records:
        text = light(record["text"])
        assert "](http" not in text
        assert "![" not in text
        assert not re.search(r"</?(?:div|span|p|b|img|a)\b[^>]*>", text)
        amounts = re.findall(
            r"\$\d[\d.,]*\d", re.sub(r"\([^()]*\)|https?://\S+", "", record["text"])
        )
        missing = [amount for amount in amounts if amount not in text]
        assert len(missing) <= 0.02 * len(amounts)
