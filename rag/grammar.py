"""The little grammar that is needed to see what a row of items says: verbs, clauses, times."""

from __future__ import annotations

from rag.clauses import VERBS
from rag.items import AUX, BE, SAYS, Row, form, participle
from rag.words import WEEKDAYS, stem, words

# What holds one of these isn't left out: it may be the condition of all the rest.
LIMITS = words(
    "not never if unless whether except excluding only without until provided subject pending "
    "among instead rather nobody nothing no none"
)
_TIME_PREPOSITIONS = words("on in since during at by over")
_LONG = words("year month quarter week decade summer winter spring autumn weekend half")
_SHIFT = words("last this next previous same past current early late mid")
JOINING = words("and but while whereas though although")
_LEADS = words(
    "but and so still however meanwhile separately earlier later today yesterday after while as "
    "since because despite although though following amid under when instead additionally also "
    "moreover now then"
)


_SINGULAR = (
    VERBS
    | SAYS
    | {
        stem(word)
        for word in words(
            "intend let want hope aim see know go come stand mean sit seem appear lie exist depend "
            "rely affect range span cover compare believe think like love hate become serve lack"
        )
    }
)


def is_finite(row: Row, at: int) -> bool:
    """Whether an item is, as far as its form tells, a verb with a subject."""
    item = row[at]
    if not item.text or item.name:
        return False
    if item.text in AUX and item.text not in ("be", "been", "being"):
        return True
    before = row[at - 1].text if at else ""
    if before in ("a", "an", "the", "its", "their", "his", "her", "to", "of", "by") or (
        at and (row[at - 1].owner or row[at - 1].text in AUX)
    ):
        return False
    if form(item) == "past":
        # "books bought lawfully", "led by": a participle that qualifies isn't finite.
        after = row[at + 1].text if at + 1 < len(row) else ""
        return after != "by"
    return item.text.endswith("s") and item.stem in _SINGULAR


def bounds(row: Row) -> list[int]:
    """Indices at which punctuation stands, with the end of the row."""
    return [i for i in range(1, len(row)) if row[i].gap] + [len(row)]


def time_phrase(row: Row, at: int) -> int:
    """The index after a phrase of time that begins at ``at``; ``at`` itself if none does."""
    here = at
    if row[here].text in _TIME_PREPOSITIONS:
        here += 1
        while here < len(row) and row[here].text in ("the", "early", "late", "mid"):
            here += 1
    if here >= len(row):
        return at
    item = row[here]
    if item.day or item.text in WEEKDAYS:
        here += 1
        if here < len(row) and row[here].day and not row[here].gap:
            here += 1
        return here
    if item.text in _SHIFT and here + 1 < len(row):
        here += 1 + (row[here + 1].text == "fiscal" and here + 2 < len(row))
        if row[here].text in _LONG.union(WEEKDAYS):
            return here + 1
    return at


def limits(row: Row, start: int, end: int) -> bool:
    """Whether ``row[start:end]`` holds a word on which the rest of the sentence may depend."""
    return any(item.text in LIMITS for item in row[start:end])


def copular(row: Row) -> bool:
    """Whether a clause says what something is, not what it did: "was honest"."""
    return any(
        item.text in BE and not any(participle(after) for after in row[at + 1 : at + 4])
        for at, item in enumerate(row)
    )


def measured(row: Row) -> bool:
    """Whether a row has a figure with a unit."""
    return any(item.quantity and item.quantity.unit for item in row)


def day_only(row: Row, start: int, end: int) -> bool:
    """Whether a phrase of time is about days, which no figure is measured over."""
    return not any(
        row[i].text in _LONG or (row[i].day and row[i].day.day is None)  # type: ignore[union-attr]
        for i in range(start, end)
    )


def has_verb(row: Row, start: int, end: int) -> bool:
    """Whether ``row[start:end]`` has a finite verb."""
    return any(is_finite(row, i) for i in range(start, end))


def clause_begins(row: Row, at: int) -> bool:
    """Whether a clause with a subject and a verb of its own begins at ``at``."""
    for i in range(at + 1, min(len(row), at + 9)):
        if row[i].gap and "and" not in [item.text for item in row[i + 1 : i + 4]]:
            return False  # but "while food, alcohol and tobacco rose"
        if is_finite(row, i):
            return not is_finite(row, at)
    return False


def clause_starts(row: Row) -> list[int]:
    """Where a reading may begin, 0 first: after a lead-in, or at a clause of its own."""
    found = [0]
    edges = bounds(row)
    lead = edges[0] if edges and edges[0] < len(row) else 0
    opens = row[0].text in _LEADS or time_phrase(row, 0) == lead
    timeless = day_only(row, 0, lead) or not measured(row)
    if 0 < lead <= 16 and opens and timeless and not limits(row, 1, lead):
        found.append(lead)
    if row[0].text in ("but", "and", "so", "still") and len(row) > 3:
        found.append(1)
    when = time_phrase(row, 0)
    if 0 < when < len(row) and (day_only(row, 0, when) or not measured(row)):
        found.append(when)
    if [item.text for item in row[:2]] == ["under", "the"] and len(row) > 5:
        found.append(3)
    says = next((i for i, item in enumerate(row) if item.stem in SAYS), len(row))
    for at in range(2, len(row) - 2):
        item = row[at]
        if item.gap.startswith(";"):
            found.append(at)
        joined = item.text in JOINING and (item.gap or item.text in ("while", "whereas"))
        if joined and at < says and clause_begins(row, at + 1) and not _hangs(row, at):
            found.append(at + 1)
    return found


def _hangs(row: Row, at: int) -> bool:
    """Whether what stands before depends on a condition that may reach past ``at``."""
    return any(item.text in ("if", "unless", "whether", "that") for item in row[:at])
