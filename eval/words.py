"""Text as the measures compare it: Markdown removed, normalised, cut into words.

Nothing here is shared with the answerer; the measures must not inherit its mistakes.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_MARK = re.compile(r"[ \t]*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\](?!\()")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|~~|`+)(?=\S)(.+?)(?<=\S)\1")
_UNDERSCORE = re.compile(r"(?<!\w)(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_BLOCK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•][ \t]+|\d{1,3}[.)][ \t]+)", re.M)
_QUOTES = str.maketrans(
    dict.fromkeys("‘’‚′", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—‑−", "-")
)
_WORD = re.compile(r"[^\W_]+(?:['.,:/+&-][^\W_]+)*\+*", re.U)
_ZEROS = re.compile(r"^\.0+(?!\d)")
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def without_marks(text: str) -> str:
    """``text`` without its citation marks such as ``[3]`` or ``[1, 2]``."""
    return _MARK.sub("", text)


def plain(text: str) -> str:
    """``text`` as read aloud: no Markdown, straight quotes, single spaces.

    Links and images keep their label; citation marks stay.
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = _BLOCK.sub("", text)
    for pattern, keep in ((_LINK, r"\1"), (_EMPHASIS, r"\2"), (_UNDERSCORE, r"\2")):
        previous = None
        while previous != text:
            previous, text = text, pattern.sub(keep, text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of ``text`` as a reader counts them, case kept; "14,000" and "GPT-4o" are one."""
    return _WORD.findall(plain(text))


def first_words(text: str, limit: int) -> str:
    """The beginning of ``text`` up to ``limit`` words, as plain text."""
    text = plain(text)
    for count, match in enumerate(_WORD.finditer(text), 1):
        if count == limit:
            return text[: match.end()]
    return text


def squad_normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces.

    As in the evaluation script of SQuAD v1.1 (Rajpurkar et al. 2016).
    """
    text = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", text).split())


_PUNCTUATION = frozenset(string.punctuation)


def exact_match(prediction: str, gold: str) -> bool:
    """Whether both are equal after SQuAD's normalisation."""
    return squad_normalise(prediction) == squad_normalise(gold)


def token_f1(prediction: str, gold: str) -> float:
    """Harmonic mean of token precision and recall (SQuAD v2: equal if either is empty)."""
    said, wanted = squad_normalise(prediction).split(), squad_normalise(gold).split()
    if not said or not wanted:
        return float(said == wanted)
    common = sum((Counter(said) & Counter(wanted)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def contains(text: str, form: str) -> bool:
    """Whether an accepted form of a nugget occurs in ``text``.

    Case, Markdown and quotation marks don't matter. A form that begins or ends with a
    digit must not be part of a longer number: "14" isn't found in "14,000" or "2014".
    """
    return found(prepare(text), form)


def prepare(text: str) -> str:
    """``text`` ready for :func:`found`; worth keeping where many forms are looked up."""
    return plain(text).replace('"', "").casefold()


def found(prepared: str, form: str) -> bool:
    """As :func:`contains`, for a text that went through :func:`prepare`."""
    form = prepare(form)
    if not form:
        return False
    at = prepared.find(form)
    while at >= 0:
        if _whole_number(prepared, at, at + len(form)):
            return True
        at = prepared.find(form, at + 1)
    return False


def _whole_number(text: str, start: int, end: int) -> bool:
    if text[start].isdigit() and start:
        before = text[max(0, start - 2) : start]
        if before[-1].isdigit() or (before[-1] in ".," and before[0].isdigit()):
            return False
    if text[end - 1].isdigit():
        after = _ZEROS.sub("", text[end : end + 8])  # "73" is "73.0"
        if after[:1].isdigit() or (after[:1] in (".", ",") and after[1:2].isdigit()):
            return False
    return True
