"""How far a clause commits itself: done, planned, possible."""

from __future__ import annotations

import re
from enum import IntEnum

from rag.words import fold, tokens, words


class Certainty(IntEnum):
    """How far a clause commits itself; a claim may not commit itself further."""

    DONE = 0  # past or perfect
    HOLDS = 1  # present: also used for what is arranged
    PLANNED = 2  # will, plans to, is expected to, is doing
    WOULD = 3  # would: under a condition, or reported of a plan
    POSSIBLE = 4  # may, could, in talks, if


_POSSIBLE = re.compile(
    r"\b(?:may|might|could|possibly|perhaps|maybe|potential(?:ly)?|in talks|considering|weighing|"
    r"if|whether|unless|until (?:an?|the|its|it|they)\b[^,;]*\b(?:has|have|is|are)|mulling|"
    r"exploring|in discussions|negotiating|rumou?r\w*)\b",
    re.I,
)
_MAY_DATE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|of|\d{1,2}) May\b|\bMay(?:,? \d)|\bMay\b"
)
_PLANNED = re.compile(
    r"\b(?:will|would|shall|should|plan(?:s|ned|ning)?(?! of\b)|aim(?:s|ed|ing)? (?:to|for)|"
    r"inten(?:d|ds|ded|ding|tion)|call(?:s|ed|ing)? for|"
    r"expect(?:s|ed|ing|ation)?|going to|hop(?:es|ed|ing) to|"
    r"seek(?:s|ing)? to|mean(?:s|t) to|propos(?:e|es|ed|al|ing)|forecast(?:s|ed)?|"
    r"due to (?:be|open|start|begin|finish|launch|close|end|ship|come)|"
    r"set to|(?:is|are|was|were) to|projected|scheduled|"
    r"estimates? that|pledge[sd]?|promise[sd]?|wants? to|agreed to|about to|"
    r"on track to|needs?|requires?|subject to|pending|awaiting|yet to|(?:offer(?:s|ed)?|bids?|"
    r"tr(?:y|ies|ied)|attempt(?:s|ed)?|ask(?:s|ed)?|decid(?:es|ed)|vow(?:s|ed)?|threaten(?:s|ed)?|prepar(?:es|ed|"
    r"ing)|order(?:s|ed)?|urge[sd]?|told|tells?)\s+(?:[\w-]+\s+){0,3}to(?=\s[a-z])"
    r"|(?<!\bto )(?:starts?|begins?|expires?)(?!-)|offer|bid)\b|['’]ll\b",
    re.I,
)
_DOING = re.compile(r"\b(?:is|are)\s+(?:\w+ly\s+|now\s+|also\s+)?(?:being\s+\w+|[a-z]{2,}ing)\b")
_PERFECT = re.compile(
    r"\b(?:has|have|had|having)(?:\s+(?:\w+ly|not|now|also|already|yet|since|just|never|been))*\s+"
    r"(?:\w+ed|\w+n|led|built|bought|sold|put|cut|hit|set|said|made|paid|won|lost|met|begun|come|"
    r"become|held|kept|left|lent|let|read|run|sent|spent|told|found|laid|brought|got|sued|filed)\b",
    re.I,
)
PAST = words(
    "was were did had said told rose fell grew won lost left began built paid spent made took gave "
    "led held ran sought brought thought went showed chose wrote spoke broke drew came became met "
    "kept laid shot sent bought sold cut hit put found beat used got saw fed hid ate sat"
)


_PRESENT = re.compile(
    r"\b(?:is|are|be)\s+(?:\w+ly\s+|being\s+|now\s+|not\s+)?(?:\w+ed|\w+n|paid|sold|led|built|held"
    r"|made|put|cut|hit|set|bought|won|lost|kept|found|sued)\b"
)


def certainty(text: str) -> Certainty:
    """How far the words commit themselves."""
    plain = _MAY_DATE.sub(" ", text)
    if _POSSIBLE.search(plain):
        return Certainty.POSSIBLE
    if re.search(r"\bwould\b", plain):
        return Certainty.WOULD
    if _PLANNED.search(plain) or _DOING.search(plain):
        return Certainty.PLANNED
    if _PERFECT.search(plain) or re.search(r"\balready\b", plain):
        return Certainty.DONE
    lows = [fold(token.text) for token in tokens(plain)]
    if any(low in PAST or (low.endswith("ed") and len(low) > 4) for low in lows):
        if _PRESENT.search(plain) and not re.search(r"\b(?:was|were|had|did)\b", plain):
            return Certainty.HOLDS
        return Certainty.DONE
    return Certainty.HOLDS
