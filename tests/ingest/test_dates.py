from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest.dates import clock, mentions, normalise, plausible, read, written
from rag.types import Origin

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-03-04", "2025-03-04"),
        (date(2025, 3, 4), "2025-03-04"),
        ("2025-03-04T22:30:00-05:00", "2025-03-05T03:30:00Z"),
        ("2025-03-04T22:30:00Z", "2025-03-04T22:30:00Z"),
        ("2025-03-04T22:30:00.123+0100", "2025-03-04T21:30:00Z"),
        ("2025-03-04T22:30:00", "2025-03-04"),
        ("2025-03-04 9:05", "2025-03-04"),
        ("20250304", "2025-03-04"),
        ("Tue, 04 Mar 2025 10:00:00 GMT", "2025-03-04T10:00:00Z"),
        ("Tue, 04 Mar 2025 10:00:00 -0800", "2025-03-04T18:00:00Z"),
        ("March 4th, 2025", "2025-03-04"),
        ("4. März 2025", "2025-03-04"),
        ("4 de marzo de 2025", "2025-03-04"),
        (1741082400, "2025-03-04T10:00:00Z"),
        ("1741082400000", "2025-03-04T10:00:00Z"),
        ("2025-02-30", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        ("9999999999999999999999", None),
    ],
)
def test_normalise(value: object, expected: str | None) -> None:
    assert normalise(value) == expected


def test_local_day_is_kept() -> None:
    found = read("2025-03-04T22:30:00-05:00", Origin.META)
    assert found is not None
    assert (found.day, found.value[:10], found.origin) == ("2025-03-04", "2025-03-05", Origin.META)


@pytest.mark.parametrize(
    ("value", "ok"),
    [("2025-06-01", True), ("2025-06-02", True), ("2025-06-03", False),
     ("2025-06-01T12:30:00Z", True), ("2025-06-01T14:00:00Z", False), (None, False)],
)  # fmt: skip
def test_the_future_is_unknown(value: str | None, ok: bool) -> None:
    assert plausible(value, NOW) is ok
    assert bool(normalise(value, NOW)) is ok


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Published on 31.12.2024 by us", "2024-12-31"),
        ("03/04/2025", None),
        ("25/12/2024", "2024-12-25"),
        ("Version 1.2.2003.4", None),
        ("Stand: 26.10.13", "2013-10-26"),
        ("2025年3月4日", "2025-03-04"),
        ("Sept. 5, 2024 and May 1, 2023", "2024-09-05"),
        ("in early 2026", None),
    ],
)
def test_written(text: str, expected: str | None) -> None:
    assert written(text) == expected


def test_mentions_in_order() -> None:
    assert mentions("from 2024-01-02 to May 3, 2024") == ["2024-01-02", "2024-05-03"]


def test_clock() -> None:
    assert clock("2025-03-04") == datetime(2025, 3, 4, tzinfo=UTC)
    assert clock(None) is None
