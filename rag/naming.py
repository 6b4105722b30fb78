"""Do the proper names of a sentence stand in its sources, in any usual form?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.facts import Name, names
from rag.handles import Handles
from rag.nations import SHORTENED, SPELLED, nations, same_people
from rag.openers import uncapitalised
from rag.words import STOP, alike, fold, stem, tokens, words


def name_problems(sentence: str, body: str, around: str, *, certain: bool = False) -> list[str]:
    """Names of ``sentence`` that neither the spans nor their context hold; empty if none.

    :param certain: let pass what a fair retelling may have: the first name of somebody whom the
        source calls by the surname alone, a first word that is rather a group than a name
    """
    source = _source(f"{body} \n {around}")
    found = _problems(sentence, body, source, certain=certain)
    plain = uncapitalised(sentence, source.text) if found else sentence
    if plain != sentence:
        found = min(found, _problems(plain, body, source, certain=certain), key=len)
    return found


@dataclass(frozen=True, slots=True)
class _Source:
    """What names are looked for in."""

    text: str
    have: frozenset[str]  # words, folded, also in their parts and as stems
    joined: str  # letters and digits alone
    acronyms: frozenset[str]
    handles: Handles
    sequence: tuple[str, ...]  # words in order, folded


@lru_cache(maxsize=256)
def _source(text: str) -> _Source:
    said = {word for word, form in SPELLED.items() if re.search(form, text, re.I)}
    said |= {word for word, form in SHORTENED.items() if re.search(rf"\b{form}", text)}
    return _Source(
        text,
        _name_tokens(text) | said,
        re.sub(r"[\W_]+", "", text).casefold(),
        _acronyms(text),
        Handles(text),
        tuple(fold(t.text) for t in tokens(text)),
    )


def _problems(sentence: str, body: str, source: _Source, *, certain: bool) -> list[str]:
    apart = re.sub(
        r"\b([A-Z]\w+)-(?:based|inspired|led|owned|made|backed|style|like|grade|class|level)\b",
        r"\1,",
        sentence,
    )
    apart = re.sub(r"(\w['’]s) (?=[A-Z])", r"\1, ", apart)  # "Aurora's Pilbara site"
    problems = []
    for name in names(apart):
        initial = bool(_INITIAL.match(apart, name.end))
        if _nobody(name, initial=initial, certain=certain) or source.handles.name(_untitled(name)):
            continue
        if _cut_short(name, source):
            continue
        missing = [
            t
            for t in name.tokens
            if not (_has(t, source, certain=certain) or (t in _KINDS and len(name.tokens) > 1))
            and not (initial and len(t) == 1 and t == name.tokens[-1])
        ]
        if not missing:
            short = any(t.replace(".", "") in source.acronyms for t in name.tokens)
            if len(name.tokens) > 1 and not short and not _together(name, source):
                problems.append(f"{name.text} is not named so in the source")
            continue
        if certain and _surname_alone(name, missing, source.text):
            continue
        if _spelled_out(name, source.have) or (name.opens and _ordinary(name, body)):
            continue
        problems.append(f"{name.text} is not in the source")
    return problems


def _cut_short(name: Name, source: _Source) -> bool:
    """Whether the source has a name with its words whole: "Cal State" of "California State"."""
    tokens_ = [re.sub(r"['’]s?$", "", token) for token in name.tokens]
    if len(tokens_) < 2 or any(len(t) < 3 or not t.isalpha() for t in tokens_):
        return False
    sequence = source.sequence
    return any(
        all(word.startswith(t) for word, t in zip(sequence[at:], tokens_, strict=False))
        for at in range(len(sequence) - len(tokens_) + 1)
    )


def _untitled(name: Name) -> Name:
    """A name without the offices before it: "CEO Ann Ode"."""
    found = re.match(rf"(?:(?:{'|'.join(sorted(_ROLES))})\s)+", name.text, re.I)
    return replace(name, text=name.text[found.end() :]) if found else name


def _nobody(name: Name, *, initial: bool, certain: bool) -> bool:
    """Whether what looks like a name is none, or is looked at elsewhere.

    :param initial: whether an initial with its dot follows on its last letter
    """
    if re.fullmatch(r"Q[1-4]|H[12]", name.text) or fold(name.text) in _KINDS:
        return True  # a quarter is compared as a date
    if name.opens and (name.text.lower() in _NOBODY or _OPENER.fullmatch(name.text)):
        return True
    if TITLED.search(name.text) and initial:
        return True  # "Iowa Gov. Kim Reynolds": the office of the name that follows
    return bool(certain and name.opens and _GROUP.fullmatch(name.text))


_COUNTS = words("two three four five six seven eight nine ten eleven twelve twenty thirty hundreds")
_KINDS = words("ai gpu gpus cpu cpus llm llms api apis ipo pr tv app")  # name nobody
_OPENER = re.compile(r"[A-Z][a-z]+ing|(?:None|All|Most|Some|Many|Both|Each|One) of\b.*")
_NOBODY = words(
    "nobody none nothing neither everyone everybody someone anyone others commenters users critics "
    "observers analysts experts officials researchers readers people"
)
_GROUP = re.compile(
    r"[A-Z][a-z]{3,}(?:ers|ors|ists|ians|ents|ants)"
)  # "Manufacturers", not yet a name
_INITIAL = re.compile(r"\.\s[A-Z][a-z]")  # after the name's end: "Lyndon B. Johnson"
TITLED = re.compile(r"(?:^|\s)(?:Gov|Sen|Rep|Gen|Lt|Col|Capt|Sgt|Dr|Prof|Rev|Mr|Mrs|Ms|St)$")


@lru_cache(maxsize=1024)
def _name_tokens(text: str) -> frozenset[str]:
    have: set[str] = set()
    for token in tokens(text):
        low = fold(token.text)
        have |= {low, low.replace(".", ""), low.replace("-", ""), stem(low)}
        have |= {part for part in re.split(r"[-/&.]", low) if part}
        have |= {part for part in re.split(r"[-/&]", low) if part}  # "5.2" of "GPT-5.2"
        have |= set(re.findall(r"^[a-z]{2,}(?=\d)", low))  # "RTX" of "RTX3090"
    return frozenset(have)


def _has(token: str, source: _Source, *, certain: bool) -> bool:
    """Whether the source has a word of a name, in any form.

    :param certain: also in a word that is made of it
    """
    have, bare = source.have, token.replace(".", "")
    if token in _COUNTS or {token, bare, stem(token)} & have or bare in source.acronyms:
        return True
    if source.handles.word(token) or (certain and _derived(token, have)):
        return True
    if token in _ROLES and any(alike(stem(token), stem(h)) for h in have if len(h) > 2):
        return True
    if nations(bare) and any(same_people(bare, other) for other in have):
        return True
    compact = re.sub(r"[\W_]+", "", token)
    return len(compact) >= 4 and any(c.isdigit() for c in compact) and compact in source.joined


_ENDINGS = words("n an ian ns ans ians al ional ern er ers s")


def _derived(token: str, have: frozenset[str]) -> bool:
    """Whether the source has the word that ``token`` is made of, or the other way round.

    "Congress" and "congressional", "Nebraskan" and "Nebraska", "West" and "Western".
    """
    longer = (token[: -len(end)] for end in _ENDINGS if token.endswith(end))
    shorter = (token + end for end in _ENDINGS)
    if any(c.isdigit() for c in token):  # "the L4s" of "the L4"
        return token.removesuffix("s") in have or f"{token}s" in have
    return len(token) >= 4 and any(len(t) >= 4 and t in have for t in (*longer, *shorter))


def _other_form(token: str, source: _Source) -> bool:
    """Whether the source has a word of a name only abbreviated, or in a word made of it."""
    return token in SHORTENED or _derived(token, source.have)


def _surname_alone(name: Name, missing: Sequence[str], whole: str) -> bool:
    """Whether the source calls somebody by the surname of ``name``, and never by more.

    What it lacks may be a first name, a second one and an office: "Governor Kim Reynolds".
    """
    known = [t for t in name.tokens if t not in _YOUNGER]
    lacking = [t for t in missing if t not in _YOUNGER]
    if not 2 <= len(known) <= 4 or known[-1] in lacking or len(lacking) > 3:
        return False
    ending = [n.tokens for n in names(whole) if n.tokens[-1:] == (known[-1],)]
    return bool(ending) and all(len(found) == 1 for found in ending)


_YOUNGER = words("jr sr ii iii")
_ROLES = words("ceo cto cfo coo chief executive officer president chair chairman chairwoman")


_CAPITALS = re.compile(r"[A-Z][\w’'-]*(?:\s(?:(?:and|of|for|the|&|on)\s)*[A-Z][\w’'-]*)+")


@lru_cache(maxsize=1024)
def _acronyms(text: str) -> frozenset[str]:
    """Initials of the capitalised runs: "Federal Trade Commission" gives "ftc"."""
    found = set()
    for run in _CAPITALS.findall(text):
        initials = [word[0].casefold() for word in run.split() if word[0].isupper()]
        for left in range(len(initials)):
            for right in range(left + 2, min(len(initials), left + 6) + 1):
                found.add("".join(initials[left:right]))
    return frozenset(found)


def _spelled_out(name: Name, have: frozenset[str]) -> bool:
    """ "Federal Trade Commission" where the source has "FTC"."""
    if len(name.tokens) < 2:
        return False
    return "".join(t[0] for t in name.tokens) in have


def _ordinary(name: Name, body: str) -> bool:
    """A capitalised first word that the source has in another form, in lower case."""
    low = stem(name.text)
    lower = {stem(t.text) for t in tokens(body) if t.text[:1].islower()}
    return any(alike(low, other) for other in lower)


def _together(name: Name, source: _Source) -> bool:
    """Whether the words of a longer name stand near each other in the source.

    In "Keri Althoff of Johns Hopkins" those of the person and of the place each do, in "Iranian
    President Raisi" those without the nation.
    """
    halves = re.split(r" (?:of|for) (?:the )?", name.text, maxsplit=1)
    if len(halves) == 2:
        return all(_together(Name(half, 0, len(half)), source) for half in halves)
    compact = re.sub(r"[\W_]+", "", re.sub(r"['’]s?$", "", name.text)).casefold()
    sequence = source.sequence
    if compact in source.joined:
        return True
    wanted = [t for t in name.tokens if not (t in _ROLES or t in STOP or t in _COUNTS)]
    while len(wanted) > 1 and nations(wanted[0]):
        wanted.pop(0)
    as_said = {*sequence, *map(stem, sequence)}
    wanted = [t for t in wanted if {t, stem(t)} & as_said or not _other_form(t, source)]
    if len(wanted) < 2:
        return True
    window = len(wanted) + 6
    for at, word in enumerate(sequence):
        near = " ".join(sequence[max(0, at - 2) : at + window])
        if word in wanted[0] and all(t in near or stem(t) in near for t in wanted):
            return True
    initials = "".join(t[0] for t in wanted)
    return initials in sequence or any(len(t) == 1 for t in wanted)
