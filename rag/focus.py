"""What exactly a question asks after: the thing named ("law firm"), and numbered products.

A sentence that is about the subject but never speaks of the thing, or speaks of another
number of the product, looks relevant and answers nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Query
from rag.wanted import foreground
from rag.words import STOP, content, fold, hyphened, parts, stem, tokens, words

# An answer need not say that OpenAI is a company, or that 2024 is a year.
_GENERIC = frozenset(
    map(
        stem,
        words(
            "company firm startup start-up lab model tool country city state product "
            "organisation organization university publication person people man woman game "
            "language chip system service platform website app brand place thing event name "
            "date year month day week quarter team club show book film song series group "
            "executive official maker developer amount number percentage share kind type size "
            "part area term outlet investor founder feature"
        ),
    )
)
_VERBS = words(
    "bought sold rose fell grew won lost left began built paid spent took taken gave given held "
    "ran sought brought thought went gone shown chose chosen wrote written spoke spoken broke "
    "broken drew came became met kept laid shot sent hit sued using used buys runs led owns put"
)
_PLURAL = words("people children men women")
_WHICH = re.compile(
    r"\b(which|what|how many|how much)\b(?:\s+(?:is|was|were|are|of|the|a|an)\b)*\s*(.*)"
)
_CLAUSE = re.compile(r"(?:did|does|do|has|have|had|will|would|can|could|should)\b")
_ROLE = re.compile(
    r"\bwho(?:'s| is| was| are| were| will be| became| becomes) (?:the |an? )?"
    r"((?:[\w-]+ ?){1,3})"
)


def focus(query: Query) -> tuple[str, ...]:
    """Stems of the specific thing asked after ("which law firm", "who was the judge").

    Empty where the question names none, or only one that answers need not repeat.
    """
    stems = (stem(part) for word in _asked(query) for part in parts(word) if fold(part) not in STOP)
    return tuple(s for s in stems if s not in _GENERIC)


def relation(query: Query) -> tuple[str, ...]:
    """Stems of what the question says of the thing asked after, in its main clause.

    "Which law firm advised Nvidia when it bought Groq?" asks who advised; that something was
    bought is known. A sentence that tells only of the purchase lacks the relation.
    """
    text = query.standalone or query.question
    asker = _ASKER.search(text)
    tail = text[asker.start() :] if asker else text
    named = {stem(word) for word in _asked(query)}
    clause = _BESIDES.sub("", tail) or tail
    return tuple(dict.fromkeys(s for s in content(clause) if s not in named))


_ASKER = re.compile(r"\b(?:which|what|who(?:m|se)?|how|when|where|why)\b", re.IGNORECASE)
_BESIDES = re.compile(
    r"[,;]? \b(?:when|after|before|while|because|as|since|until|once|if|so)\b .*$", re.IGNORECASE
)


def _asked(query: Query) -> list[str]:
    """The words of the noun phrase that the question asks after, lower case."""
    low = foreground(query.question).replace("’", "'").lower()
    asked = _WHICH.search(low)
    if asked:
        return _noun(asked.group(2), asked.group(1)) if not _CLAUSE.match(asked.group(2)) else []
    role = _ROLE.search(low)
    return _noun(role.group(1), "who") if role else []


def _noun(rest: str, asker: str) -> list[str]:
    """The words of the noun phrase at the start of ``rest``, as far as they can be told."""
    run: list[str] = []
    for token in tokens(rest):
        word = token.text
        if fold(word) in STOP or word in _VERBS or len(run) >= 4:
            break
        if word.endswith("ed") and run:
            break
        many = word.endswith("s") and not word.endswith(("ss", "'s"))
        if asker in ("which", "what") and len(run) >= 2 and many and not run[-1].endswith("s"):
            break  # "which law firm represents"
        run.append(word)
        if asker == "how many" and (many or word in _PLURAL):
            break
    return run


@dataclass(frozen=True, slots=True)
class Product:
    """A product's name with its number: ``Claude 2``, ``GPT-4``, ``Llama 3.1``, ``H200``."""

    name: str  # lower case
    number: str  # "" where the name holds it

    def said(self, text: str) -> bool:
        """Whether ``text`` names it with just this number ("GPT-4o" is not "GPT-4")."""
        number = rf"[\s\-–_]*v?{re.escape(self.number)}" if self.number else ""
        found = rf"(?<!\w){re.escape(self.name)}{number}s?(?!\w|\.\d)"
        return bool(re.search(found, hyphened(text).lower()))


_NUMBERED = re.compile(
    r"\b([A-Z]\w*)[- ]v?(\d+(?:\.\d+)*[a-z]?)\b"
    r"(?![,%]|\.\d| (?:million|billion|trillion|percent|years?|months?|weeks?|days?)\b)"
)
_MONTHS = words("jan feb mar apr may jun jul aug sep oct nov dec")
_CODE = re.compile(r"\b([A-Za-z]+\d+[A-Za-z]*)\b(?![-.]\d)")


def products(query: Query) -> tuple[Product, ...]:
    """The numbered products that the question names."""
    text = query.standalone or query.question
    found = []
    for m in _NUMBERED.finditer(text):
        name, number = m.group(1).lower(), m.group(2).lower()
        if name[:3] in _MONTHS or name == "q" or re.fullmatch(r"(?:19|20)\d\d", number):
            continue
        found.append(Product(name, number))
    named = {p.name for p in found}
    for m in _CODE.finditer(text):
        code = m.group(1)
        if any(c.isupper() for c in code) and code.lower() not in named and code[0] not in "qQ":
            found.append(Product(re.sub(r"(?<=\d)s$", "", code.lower()), ""))
    return tuple(found)
