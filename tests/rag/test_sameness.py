"""Whether two values are one: rounding, bounds, days, events and deeds that recur."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.facts import quantities
from rag.readings import Reading, days
from rag.sameness import apart, in_row, one_event, recurs, same, same_value


@pytest.fixture
def reading(newsdesk):
    def make(text, published="2025-05-01", at=0, dated=False):
        source = replace(newsdesk.CUTS.passage.source, published=published)
        value = (days(text) if dated else quantities(text))[at]
        return Reading(source, text, text, value.start, value.end, value)

    return make


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("14,000 jobs", "about 14,100 jobs", True),
        ("$2.1 billion", "$2.14 billion", True),
        ("$7.86 billion", "$7.9 billion", True),
        ("41.8%", "42%", True),
        ("35,100 sites", "35,082 sites", True),
        ("$14.3 billion", "$14.8 billion", False),
        ("86.8%", "86.4%", False),
        ("14,000 jobs", "30,000 jobs", False),
        ("$600 million", "€600 million", False),
        ("40 million users", "50 million users", False),
    ],
)
def test_rounding(one, two, alike):
    (left,), (right,) = quantities(one), quantities(two)
    assert same_value(left, right) is alike
    assert same_value(right, left) is alike


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("It has more than 12 million users.", "It has 13 million users.", True),
        ("It has more than 12 million users.", "It has 11 million users.", False),
        ("It has more than 12 million users.", "It has 20 million users.", False),
        ("It cuts up to 30,000 jobs.", "It cuts 28,000 jobs.", True),
        ("It cuts up to 30,000 jobs.", "It cuts 14,000 jobs.", False),
    ],
)
def test_bounds(reading, one, two, alike):
    assert same(reading(one), reading(two)) is alike
    assert same(reading(two), reading(one)) is alike


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("It opens on June 5.", "It opens on June 5, 2025.", True),
        ("It opens on June 5.", "It opens on June 6.", True),  # another time zone
        ("It opens on June 5.", "It opens on June 12.", False),
        ("It opens in March 2027.", "It opens in October 2026.", False),
        ("It opens in June.", "It opens on June 5.", True),
    ],
)
def test_days(reading, one, two, alike):
    assert same(reading(one, dated=True), reading(two, dated=True)) is alike


@pytest.mark.parametrize(
    ("one", "two", "event"),
    [
        (("It opens on June 5.", "2025-05-01"), ("It opens on June 12.", "2025-05-20"), True),
        (("It opens in October 2026.", "2025-01-09"), ("It opens in March 2027.", "2025-09-09"),
         True),
        (("It takes place on May 12.", "2024-04-04"), ("It takes place on May 20.", "2025-04-04"),
         False),
        (("It opened on June 5.", "2025-06-06"), ("It opened on July 30.", "2025-08-01"), False),
        (("It opened on June 5.", "2025-06-06"), ("It opened on June 9.", "2025-06-10"), True),
    ],
)  # fmt: skip
def test_one_event_or_two(reading, one, two, event):
    left, right = reading(*one, dated=True), reading(*two, dated=True)
    assert one_event(left, right) is event
    assert one_event(right, left) is event


def test_deeds_recur_after_months(reading):
    asked = "How many jobs is Amberly cutting?"
    old = reading("Amberly is cutting 9,000 jobs.", "2024-05-01")
    new = reading("Amberly is cutting 12,000 jobs.", "2025-05-01")
    assert recurs(old, new, asked)
    assert not recurs(old, replace(new, source=old.source), asked)
    assert not recurs(old, new, "How many jobs does Amberly have?")
    told = replace(new, around="Amberly is cutting 12,000 jobs. It had spoken of 9,000 jobs.")
    assert not recurs(old, told, asked)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("It cut 6,000 jobs in May and 9,000 in July.", True),
        ("It has models of 70 billion and 8 billion parameters.", True),
        ("It cut 6,000 jobs, 3 percent of its staff.", False),
        ("It cut 6,000 jobs.", False),
    ],
)
def test_figures_in_a_row(reading, text, row):
    assert in_row(reading(text)) is row


def test_apart(reading):
    early, late = reading("It has 5 users.").source, reading("It has 5 users.", "2025-05-15").source
    assert apart(late.day, early.day)
    assert not apart(early.day, late.day)
    assert not apart(late.day, None)
