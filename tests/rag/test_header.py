import pytest

from rag.header import header, spoken


def test_all_three_parts_in_order():
    line = header("Amazon cuts 14,000 jobs", "2025-10-28T09:00:00Z", "What it saves")
    assert line == "Amazon cuts 14,000 jobs | 28 October 2025 | What it saves"


@pytest.mark.parametrize("published", [None, "", "yesterday", "2025-13-41"])
def test_unknown_or_malformed_dates_are_left_out(published):
    assert spoken(published) == ""
    assert header("T", published, "") == "T"


def test_empty_header():
    assert header("", None, "") == ""


def test_long_titles_are_cut_at_a_word_and_stay_one_line():
    line = header("word " * 200 + "\nlast", None, "x" * 500)
    title, heading = line.split(" | ")
    assert len(title) <= 120
    assert title.endswith("word")
    assert len(heading) == 100
