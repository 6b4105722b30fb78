"""Two runs over the same questions: paired differences and the answers that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures import MEASURES, Scored, difference
from eval.run import Run
from eval.stats import Difference
from eval.tables import differences
from eval.words import plain, without_marks
from rag.errors import InputError


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer or verdict differs between two runs."""

    a: Scored
    b: Scored

    @property
    def verdicts(self) -> str:
        """``right → wrong``, or one word where only the text differs."""
        if self.a.verdict == self.b.verdict:
            return self.a.verdict
        return f"{self.a.verdict} → {self.b.verdict}"

    @property
    def worse(self) -> bool:
        """Whether A was right and B isn't."""
        return bool(self.a.right) and not self.b.right

    @property
    def better(self) -> bool:
        """Whether B is right and A wasn't."""
        return bool(self.b.right) and not self.a.right


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between runs A and B on the questions both have."""

    names: tuple[str, str]
    n: int
    only_a: int  # questions that B lacks, or has in another wording or with other labels
    only_b: int
    rows: tuple[tuple[str, Difference], ...]
    changes: tuple[Change, ...]


def compare(a: Run, b: Run) -> Comparison:
    """Compare two runs on their common questions.

    :raises InputError: where they have none in common
    """
    first, second = _by_question(a.scored), _by_question(b.scored)
    common = [key for key in first if key in second]
    if not common:
        raise InputError(
            f"{a.folder} and {b.folder} have no question in common: compare runs of one file"
        )
    left, right = [first[k] for k in common], [second[k] for k in common]
    rows = []
    for measure in MEASURES:
        found = difference(left, right, measure.name)
        if found is not None:
            rows.append((measure.name, found))
    changes = [Change(x, y) for x, y in zip(left, right, strict=True) if _changed(x, y)]
    changes.sort(key=lambda c: (not c.worse, not c.better, c.a.verdict == c.b.verdict))
    return Comparison(
        (a.name, b.name),
        len(common),
        len(first) - len(common),
        len(second) - len(common),
        tuple(rows),
        tuple(changes),
    )


def _by_question(scored: Sequence[Scored]) -> dict[str, Scored]:
    return {repr(sorted(s.question.record().items())): s for s in scored}


def _changed(a: Scored, b: Scored) -> bool:
    """Whether verdict, text, faults or cited places differ; hits alone don't count."""
    return _face(a) != _face(b)


def _face(one: Scored) -> object:
    cited = [(c["url"], c.get("start"), c.get("end"), c["quote"]) for c in one.record["citations"]]
    return one.verdict, one.record["answer"], one.check.faults, cited


def as_text(found: Comparison, limit: int = 20) -> str:
    """The comparison for a terminal, with the first ``limit`` changed questions."""
    a, b = found.names
    names = (a, b) if a != b else (f"{a} (1)", f"{b} (2)")
    parts = [f"{found.n} questions in common"]
    if found.only_a or found.only_b:
        parts[0] += f"; {found.only_a} only in A, {found.only_b} only in B, left out"
    parts.append(differences(names, found.rows))
    worse = sum(c.worse for c in found.changes)
    better = sum(c.better for c in found.changes)
    parts.append(
        f"{len(found.changes)} answers differ: {better} became right, {worse} became wrong"
    )
    for change in found.changes[:limit]:
        parts.append(
            f"{change.a.question.id} ({change.verdicts}): {change.a.question.question}\n"
            f"  A: {_short(change.a)}\n  B: {_short(change.b)}"
        )
    if len(found.changes) > limit:
        parts.append(f"… and {len(found.changes) - limit} more; --all shows them")
    return "\n\n".join(parts)


def _short(one: Scored, most: int = 240) -> str:
    text = plain(without_marks(str(one.record.get("error") or one.record["answer"])))
    faults = ", ".join(f"{n} {name}" for name, n in one.check.faults.items())
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"{text} [{faults}]" if faults else text
