from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest.dates import Dated, clock, mentions, normalise, plausible, read, written
from ingest.pagedates import choose, url_day
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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15 августа 2016", "2016-08-15"),
        ("5. května 2020", "2020-05-05"),
        ("12 Mayıs 2021", "2021-05-12"),
        ("3 maj 2022", "2022-05-03"),
        ("2024년 5월 3일", "2024-05-03"),
        ("24 грудня 2021 р.", "2021-12-24"),
    ],
)
def test_months_of_further_languages(text, day):
    assert written(text) == day


@pytest.mark.parametrize("text", ["3 ſeptember 2024", "3 aprıl 2024", "May ² 2024", "٣ May 2024"])
def test_letters_that_only_fold_to_a_months_are_no_date_and_no_crash(text):
    assert written(text) is None


@pytest.mark.parametrize(
    ("url", "declared", "day"),
    [
        ("https://a.example/2019/10/22/story/", "2009-04-11", "2019-10-22"),
        ("https://a.example/2017/7/12/story", "2019-06-17", "2017-07-12"),
        ("https://a.example/2019/10/22/story/", "2019-10-30", "2019-10-30"),  # published anew
        ("https://a.example/story-2019-10-22", "2009-04-11", "2009-04-11"),
        ("https://a.example/news/29-10-2021", None, "2021-10-29"),
        ("https://a.example/2019/13/45/story", None, None),
    ],
)
def test_days_in_addresses(url, declared, day):
    if declared is None:
        assert url_day(url) == day
    else:
        assert choose([Dated(declared, declared, Origin.META)], [], url).day == day
