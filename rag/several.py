"""A question that asks the same of three or more: "compare the capex of A, B, C and D"."""

from __future__ import annotations

import re

from rag.pairs import EACH, compares

_NAME = r"[A-Z][\w.&-]*(?:['’]s)?(?: [A-Z\d][\w.&-]*(?:['’]s)?){0,3}"
_LIST = re.compile(rf"(?P<list>{_NAME}(?:, {_NAME})+,? (?:and|or|vs\.?|versus) {_NAME})")
_BETWEEN = re.compile(r",? (?:and|or|vs\.?|versus) |, ")
_COMPARE = re.compile(
    r"^\W*(?:(?:please|can you|could you)\W+)*compare (?:the |how )?(?P<rest>.+)$", re.IGNORECASE
)
_HOW = re.compile(
    r"^\W*how (?:do|does|did) (?P<what>.+?) (?:compare|differ|stack up|measure up)"
    r"(?P<where> (?:in|on|by|for) .+)?$",
    re.IGNORECASE,
)


def several(question: str) -> tuple[str, ...]:
    """One question for each of three or more named; empty for other questions."""
    text = question.strip(" ?")
    match = _LIST.search(text, text.find(" ") + 1)  # the first word is capital anyway
    each = EACH.search(text)
    if match is None or not (each or compares(text)):
        return ()
    names = [name.strip() for name in _BETWEEN.split(match["list"])]
    owned = names[-1].endswith(("'s", "’s"))
    before, after = text[: match.start()], text[match.end() :]
    asked = []
    for name in names:
        bare = re.sub(r"['’]s$", "", name)
        one = f"{before}{bare}{names[-1][-2:] if owned else ''}{after}"
        compare, how = _COMPARE.match(one), _HOW.match(one)
        if compare:
            asked.append(f"What is {compare['rest']}?")
        elif how:
            asked.append(f"What is {how['what']}{how['where'] or ''}?")
        elif each:
            asked.append(f"{' '.join(EACH.sub(' ', one).split())}?")
    return tuple(asked)
