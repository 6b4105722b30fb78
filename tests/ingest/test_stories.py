"""Near-duplicates: copies share a signature, other reports of the same event don't."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from ingest.stories import bands, is_copy, signature, similarity

WIRE = """Harborline Robotics said on Tuesday it had raised $240 million in a round led by Quill
Partners, valuing the warehouse-automation company at $1.9 billion.

The Rotterdam company, founded in 2016 by Mila Verhoeven and Tom Akkerman, sells picking arms to
grocers and parcel carriers. It said 38 customers in nine countries now run its machines, up from
21 a year earlier, and that revenue had doubled to $87 million in the year to June.

Verhoeven, the chief executive, said the money would pay for a second factory in Gdansk and for
about 300 hires, most of them engineers. "Demand isn't the limit, floor space is," she said.

Quill Partners was joined by Northlight Capital and by the Dutch state fund Invest-NL. Harborline
last raised money in 2022, when it took $95 million at a valuation of $700 million.

Rivals are raising too. Berlin's Kranich took $110 million in May, and Osaka-based Tsubame said in
August that it would list in Tokyo next spring, seeking about $500 million."""

OWN_REPORT = """A Dutch maker of robot arms for supermarkets has become one of the most valuable
robotics start-ups. Harborline Robotics, based in Rotterdam, is worth $1.9 billion after investors
led by Quill Partners put in $240 million.

Chief executive Mila Verhoeven told reporters that the company has run out of room. A second plant
in Gdansk will open within eighteen months, and some 300 people, chiefly engineers, will be hired.

The deal shows how warmly investors feel about machines that pick groceries. Kranich of Berlin and
Tsubame of Osaka have announced large rounds or listings of their own since May."""


def shortened(text: str, share: float) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(sentences[: int(len(sentences) * share)])


def test_a_copy_with_another_dateline_byline_and_wire_notes():
    copy = (
        "By Jane Doe\n\nROTTERDAM, Oct 28 (Polder Wire) - "
        + WIRE.replace("said on Tuesday it had", "on Tuesday said it has")
        + "\n\n(Reporting by Jane Doe; Editing by John Roe)\n\n"
        + "This story was originally published by Polder Wire.\n\nRead more: Robots in retail"
    )
    assert similarity(signature(WIRE), signature(copy)) > 0.85


@pytest.mark.parametrize("share", [0.75, 0.9])
def test_a_shortened_copy(share):
    a, b = signature(WIRE), signature(shortened(WIRE, share))
    assert is_copy(a, b)
    assert is_copy(b, a)
    assert set(bands(a)) & set(bands(b))


def test_words_edited_here_and_there():
    rng = random.Random(3)
    words = WIRE.split()
    edited = " ".join(rng.choice(words) if rng.random() < 0.04 else w for w in words)
    assert is_copy(signature(WIRE), signature(edited))


def test_another_newsrooms_own_report_is_no_copy():
    assert similarity(signature(WIRE), signature(OWN_REPORT)) < 0.2


def test_one_template_with_other_names_and_figures_is_no_copy():
    def report(firm: str, city: str, boss: str, profit: str, sales: str, day: str) -> str:
        return (
            f"Shares of {firm} fell in early trading after the company, which is based in {city}, "
            f"reported results for the quarter that ended on {day}. The maker of chips said its "
            f"profit came to {profit} million, less than the average forecast of analysts, while "
            f"sales came to {sales} million, more than they expected. In a statement the chief "
            f"executive {boss} said that orders had been strong and that the company would hold "
            f"to its forecast for the year. Analysts said that the report was mixed, and that the "
            f"stock had risen a lot before it, so that a pause was to be expected by investors."
        )

    a = report("Aldermore Semi", "Austin", "Ruth Okafor", "$31.5", "$412.8", "June 30")
    b = report("Bexley Photonics", "Singapore", "Wei Lim", "$9.2", "$77.1", "March 31")
    assert not is_copy(signature(a), signature(b))
    assert is_copy(signature(a), signature(a.replace("In a statement the", "The")))


def test_short_and_empty_texts_have_no_signature():
    assert signature("") == b""
    assert signature("Subscribe to our newsletter") == b""
    assert bands(b"") == []
    assert similarity(b"", signature(WIRE)) == 0.0


def test_signatures_are_stable_and_small():
    assert signature(WIRE) == signature(WIRE)
    assert len(signature(WIRE)) == 777
    assert len(bands(signature(WIRE))) == len(set(bands(signature(WIRE)))) == 32
    assert similarity(signature(WIRE), signature(" ".join(WIRE.split()))) > 0.95


def test_a_foreign_signature_is_refused():
    with pytest.raises(ValueError, match="rebuild"):
        bands(b"abc")


def test_text_without_spaces():
    text = (
        "人工知能の新興企業が新しい資金調達を発表し、評価額は十億ドルに達したと明らかにした。" * 2
    )
    assert similarity(signature(text), signature(text + "共同通信が伝えた。")) > 0.6


def test_hostile_text_is_quick():
    assert signature("A" * 100_000 + " " + "A.B, " * 50_000)


def test_the_demo_corpus_is_clustered_as_it_is_marked():
    """Every syndicated copy with its original, and no two distinct stories together."""
    marks, originals = {}, {}
    for path in sorted((Path(__file__).parents[2] / "ingest" / "demo").glob("*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("---", 2)
        fields = dict(re.findall(r"^(url|syndicated_from): *(\S+)", head, re.MULTILINE))
        url = fields["url"].strip("\"'")
        marks[url] = signature(body)
        originals[url] = fields.get("syndicated_from", url).strip("\"'")
    assert len(marks) >= 80
    assert len(marks) > len(set(originals.values()))
    for a, b in itertools.combinations(marks, 2):
        same = originals[a] == originals[b]
        found = bool(set(bands(marks[a])) & set(bands(marks[b])))
        assert (found and is_copy(marks[a], marks[b])) == same, (a, b)
