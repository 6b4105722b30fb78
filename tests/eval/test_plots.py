from __future__ import annotations

from xml.etree import ElementTree

import pytest

from eval.plots import Axes, Series, bars, lines, tick

HOSTILE = '<script>alert("x")</script>'


def _svg(text):
    return ElementTree.fromstring(text[: text.index("</svg>") + 6])


def test_lines_are_well_formed_and_within_the_frame():
    series = [
        Series("a", [(0.0, 0.0), (0.5, 0.7), (1.0, 1.0)], [0.0, 0.6, 0.9], [0.1, 0.8, 1.0]),
        Series(HOSTILE, [(0.2, 0.4)]),
    ]
    text = lines(series, Axes("x", HOSTILE, (0, 1), (0, 1)), diagonal=True, step=True)
    svg = _svg(text)
    dots = [e for e in svg.iter() if e.tag.endswith("circle")]
    assert len(dots) == 4
    assert all(0 <= float(d.get("cx")) <= 460 and 0 <= float(d.get("cy")) <= 280 for d in dots)
    assert "<script" not in text
    assert 'class="legend"' in text


def test_one_point_and_none_are_drawn_too():
    assert "circle" in lines([Series("a", [(3.0, 3.0)])], Axes("x", "y"))
    assert "circle" in lines([Series("a", [(0.0, 0.0)])], Axes("x", "y", log_x=True, log_y=True))
    assert "No data" in lines([], Axes("x", "y"))


def test_many_points_have_no_dots():
    assert "circle" not in lines([Series("a", [(i, i) for i in range(100)])], Axes("x", "y"))


def test_bars():
    text = bars(["one", HOSTILE], [Series("s", [(0, 0.5), (1, 2.0)], [0.4, 1.0], [0.6, 3.0])])
    widths = [float(e.get("width")) for e in _svg(text).iter() if e.tag.endswith("rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)  # cut at the right edge
    assert "<script" not in text
    assert "12 ms" in bars(["a"], [Series("s", [(0, 12.0)])], unit=" ms", top=None)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.5, "0.5"), (20, "20"), (10000, "10k"), (2e6, "2M"), (0, "0")]
)
def test_ticks(value, shown):
    assert tick(value) == shown
