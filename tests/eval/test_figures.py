from __future__ import annotations

import pytest

from eval.figures import figures, missing


def _lost(sentence, quote):
    return missing(figures(sentence), figures(quote, lenient=True))


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("saves $8 billion", "savings of $8bn"),
        ("8,000 jobs", "8k jobs"),
        ("3 people left", "three people left"),
        ("12 March 2025", "2025-03-12"),
        ("up about 2.4%", "rose 2.36 percent"),
        ("GPT-5 costs $2.50", "costs $2.50"),  # a name is no figure
        ("40%", "40 percentage points"),
        ("a $1.5-billion deal", "1.5 billion dollars"),
        ("the 4 models", "GPT-4 models"),
    ],
)
def test_same_value(sentence, quote):
    assert _lost(sentence, quote) == []


@pytest.mark.parametrize(
    ("sentence", "quote", "lost"),
    [
        ("14,000 jobs", "40,000 jobs", ["14,000"]),
        ("$8 billion", "$8 million", ["$8 billion"]),
        ("14%", "$14", ["14%"]),
        ("in March 2025", "in April 2025", ["March"]),
        ("2.5%", "2.36%", ["2.5%"]),
        ("14,000 jobs", "14,200 jobs", ["14,000"]),
        ("on 3 May 2024", "on 4 May 2024", ["3"]),
    ],
)
def test_other_value(sentence, quote, lost):
    assert _lost(sentence, quote) == lost
