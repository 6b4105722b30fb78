"""Names of people and publishers: which strings are names, bylines, self-references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.text import inert

_PARTICLES = (
    "de da do dos di du del della der den van von zu zum ten ter la le el al bin ibn y e st"
)
_PARTICLE = frozenset(_PARTICLES.split())
_ORGANISATION = re.compile(
    r"\b(?:gmbh|ltd|llc|inc|corp|verlag|ministerium|bundes\w+|landes\w+|university|institut\w*|"
    r"verein|"
    r"foundation|association|department|press|wire|reuters|dpa|afp|agencies|agency|group|media)\b",
    re.I,
)
_NO_NAME_WORDS = """
about account admin administrator advertise agency all and app archive article articles associated
author back blog breaking business by chief click comment comments community contact content
contributor contributors copyright correspondent daily desk digital editor editorial editors
email facebook follow from gallery getty guest health help here home images inc. intelligence
latest linkedin login magazine mail media menu min minute more network news newsletter newsroom
office online opinion our page photo photos podcast policy politics popular post posted press
privacy published read redaktion related release reporter reporters reuters review reviews search
section senior service services share sign site source special sports staff stories story
subscribe support tags team tech technology terms the this times today topics trending twitter
unknown updated user video videos view webmaster website world writer writers writing www your
"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[.’'‘-])*")
_LEAD = re.compile(
    r"^(?:[-–—|•·]\s*)?(?:(?:written|reported|posted|published|authored|edited|words|story|text|"
    r"reporting|analysis|review|opinion|article|commentary|contributed) by|by|"
    r"(?:veröffentlicht|geschrieben|artikel|text|beitrag|erstellt) von|(?:publicado|escrito) por|"
    r"(?:publié|écrit) par|author(?:\(?s\)?)?|"
    r"byline|von|par|por|di|af|door)(?:\s*[:|-]\s*|\s+)",
    re.I,
)
_MARKED = re.compile(
    r"^(?:[-–—|•·]\s*)?(?:written|reported|posted|authored|story|words|text) by\b"
    r"|^author(?:\(?s\)?)?\s*[:|]",
    re.I,
)
_ROLE = (
    r"(?:staff|senior|chief|technology|tech|business|ai|science|deputy|managing|contributing|guest|"
    r"associate|executive|political|markets?|policy|national|global|breaking|news|lead|special|"
    r"investigative|freelance|features?|data)?[ -]?"
    r"(?:staff )?(?:writer|reporter|editor|correspondent|contributor|columnist|journalist|analyst|"
    r"reporters|writers|editors|intern|fellow|producer|in chief)"
)
_AFTER = re.compile(
    rf"\s*(?:[,|•·—–/(]|\s-\s|\bat\b|\bin\b(?= [A-Z])|\b(?:{_ROLE})\b|\bfor\b|\bwith\b|\bon\b|"
    r"\b(?:published|posted|updated|last|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday)\w*\.?\s|\d|@|<).*$",
    re.I,
)
_JOIN = re.compile(r"\s*(?:,| and | & |;| und | et | y | with |\|)\s*", re.I)
_SELF = (
    # how sites speak of themselves around their articles; the name is the capitalised run
    r"(?:subscribe to|sign up (?:for|to)|get|join|read|from|follow|support|about|"
    r"advertise (?:with|on|in)|download|contact|welcome to|visit|more from|more on|"
    r"published (?:by|in|on)|"
    r"(?:first |originally )?(?:appeared|published) (?:on|in)|brought to you by|donate to|"
    r"thank you for reading|thanks for reading|at|(?:member|subscriber|reader|supporter)s? of|"
    r"copyright(?: ©| \(c\))?(?: \d{4}(?:\s?[-–]\s?\d{4})?)?,?|"
    r"© ?(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?(?: by)?|\(c\) ?(?:\d{4})?,?)"
)
_WORD = r"[A-Z0-9][\w.&’'+-]*"
_NAME_RUN = rf"(?-i:(?:The )?{_WORD}(?: (?:(?:of|and|for|the|&|de|der) )?{_WORD}){{0,4}})"
_REFERENCE = re.compile(rf"(?:^|[\s(|•·])({_SELF}) (?:(?-i:the) )?({_NAME_RUN})", re.I)
_POSSESSED = re.compile(
    rf"({_NAME_RUN})[’'](?:s|(?<=s[’'])) (?:\w+ )?(?:newsletter|app|terms|privacy)"
)
_NEWSLETTER = re.compile(
    rf"({_NAME_RUN}) (?:[Nn]ewsletter|Daily|app\b|[Ss]taff\b|is a (?:part|trade)"
    r"|may earn|participates)"
)
_CERTAIN = re.compile(
    r"copyright|©|\(c\)|advertise|published|thank|member|subscriber|reader|supporter", re.I
)
_DOMAIN = re.compile(
    r"(?<![\w/])(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|org|net|news|io|ai|co|co\.uk|de|"
    r"fr|eu|info|tech|today|media|press|example|tv|ca|in|us|uk|au|com\.au|ch|at|nl))\b",
    re.I,
)
_OWNERS = re.compile(
    r"[,.]?\s+(?:aps|ab|oy|bv|nv|srl|pty|kg|ag|inc|llc|ltd|limited|gmbh|corp(?:oration)?|plc|co|"
    r"company|media group|all rights|"
    r"holdings?)\b.*$|\.$",
    re.I,
)
_TRAIL = re.compile(
    r"\s+(?:newsletter|email|e-mail|app|staff|team|on|in|all|rights|reserved|for|"
    r"updates|today|now|free|online|via|home)s?$",
    re.I,
)
_PLATFORM_NAMES = """
facebook twitter x linkedin instagram youtube google googlenews apple applenews whatsapp
reddit tiktok gmail flipboard telegram threads bluesky mastodon pinterest googleplay appstore
recaptcha wordpress substack disqus outlook yahoo getty gettyimages reuters ap
"""
_PLATFORMS = frozenset(_PLATFORM_NAMES.split())


def is_name(text: str) -> bool:
    """Whether ``text`` can be a person's full name: two to five capitalised words."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or len(text) > 50:
        return False
    for i, token in enumerate(tokens):
        if token.lower() in _PARTICLE and i > 0:
            continue
        if not _TOKEN.fullmatch(token) or not token[0].isupper():
            return False
        if token.lower().strip(".") in _NO_NAME:
            return False
    return True


def names(text: str) -> tuple[str, ...]:
    """People in a byline ("By Ann Lee and Bo Chan, staff writers"); empty if there are none."""
    text = inert(text)
    while _LEAD.match(text):
        text = _LEAD.sub("", text, count=1)
    found = []
    for part in _JOIN.split(_AFTER.sub("", text) if not _JOIN.search(text) else text):
        part = _AFTER.sub("", part).strip(" .,:;|-–—")
        if part.isupper() and len(part) > 4:
            part = part.title()
        if is_name(part):
            found.append(part)
        elif found:
            break
    return tuple(dict.fromkeys(found))


def byline(line: str) -> tuple[str, ...]:
    """The authors if the whole line is a byline with a lead such as "By", else none."""
    if not _LEAD.match(line) or len(line) > 160 or line.endswith(("?", "!")):
        return ()
    return names(line)


def is_marked(line: str) -> bool:
    """Whether the line says outright that a writer follows ("Written by", "Author:")."""
    return bool(_MARKED.match(line)) and bool(byline(line))


def has_role(line: str) -> bool:
    """Whether the line names a journalist's role ("Staff Writer")."""
    return bool(re.search(rf"\b{_ROLE}s?\b", line, re.I))


def clean_author(text: str, publisher: str | None = None) -> tuple[str, ...]:
    """Authors of a metadata field without addresses, handles, roles and the site's own name."""
    text = inert(text)
    if not text or len(text) > 200 or "://" in text or "@" in text.split(" ")[0]:
        return ()
    text = re.sub(r"\S+@\S+|@\w+|\(.*?\)", "", text)
    while _LEAD.match(text):
        text = _LEAD.sub("", text, count=1)
    out = []
    for part in re.split(r"\s*(?:;|,| and | & | und | \| |/| et )\s*", text):
        name = _AFTER.sub("", part).strip(" .,:;|-–—")
        name = name.title() if name.isupper() and len(name) > 4 and " " in name else name
        tokens = name.lower().split()
        if len(tokens) > 1 and any(
            word[0].islower() and word not in _PARTICLE for word in name.split()
        ):
            continue  # running text
        if (
            not 1 <= len(tokens) <= 5
            or _ORGANISATION.search(name)
            or len(name) < 3
            or any(token in _NO_NAME for token in tokens)
            or any(char.isdigit() for char in name)
            or (publisher and _squeeze(name) == _squeeze(publisher))
            or "." in name.strip(".").replace(". ", " ").split(" ")[-1]
        ):
            continue
        out.append(name)
    return tuple(dict.fromkeys(out))


class _Ballot:
    """Points for each spelling-independent name, and how it was spelled."""

    def __init__(self) -> None:
        self.points: Counter[str] = Counter()
        self.spelled: dict[str, Counter[str]] = {}

    def vote(self, name: str, points: int) -> None:
        """Give points to a name, cut out of running text; platforms and menu words get none."""
        name = _OWNERS.sub("", name.strip(" .,:;|-–—’'")).strip()
        while _TRAIL.search(name):
            name = _TRAIL.sub("", name)
        key = _squeeze(name)
        if len(key) < 3 or key in _PLATFORMS or key.isdigit():
            return
        if all(token.lower() in _NO_NAME for token in name.split()):
            return
        self.points[key] += points
        self.spelled.setdefault(key, Counter())[name] += 1

    def winner(self, least: int) -> str | None:
        """The name with the most points, of equals the shortest; None below ``least``."""
        if not self.points:
            return None
        key, points = max(self.points.items(), key=lambda item: (item[1], -len(item[0])))
        return self.spelled[key].most_common(1)[0][0] if points >= least else None


def publisher(lines: Sequence[str], around: Sequence[str], title_suffix: str = "") -> str | None:
    """The site that a scraped text comes from, by how it speaks of itself, or None.

    :param lines: the whole text, where the spelling of the name is looked up
    :param around: lines that are not the article: menus, notices, the footer
    :param title_suffix: what follows a separator in the title ("… | The Example")
    """
    ballot = _Ballot()
    if title_suffix:
        ballot.vote(title_suffix, 3)
    for line in dict.fromkeys(around):
        for lead, name in _REFERENCE.findall(line):
            ballot.vote(name, 3 if _CERTAIN.match(lead) else 1)
        for name in _POSSESSED.findall(line) + _NEWSLETTER.findall(line):
            ballot.vote(name, 1)
    _domains(lines, around, ballot)
    return ballot.winner(2)


def _domains(lines: Sequence[str], around: Sequence[str], ballot: _Ballot) -> None:
    """Votes of web addresses in the lines around; a name that spells one is confirmed by it."""
    text = " ".join(lines)
    for domain in sorted({found.lower() for line in around for found in _DOMAIN.findall(line)}):
        parts = domain.split(".")
        label = parts[-3] if len(parts) > 2 and parts[-2] in ("co", "com") else parts[-2]
        key = _squeeze(label)
        if key in _PLATFORMS or len(key) < 2:
            continue
        for known in list(ballot.points):
            if known in (key, "the" + key) or (len(known) > 5 and known in key):
                ballot.points[known] += 3
                break
        else:
            ballot.points[key] += 2
            ballot.spelled.setdefault(key, Counter())[_spelling(text, key) or domain] += 1


def _spelling(text: str, key: str) -> str | None:
    """How the text writes the words that squeeze to ``key`` ("WebNews", "Web News")."""
    pattern = r"\b" + r"[ &’'.-]?".join(map(re.escape, key)) + r"\b(?!\.[a-z])"
    found = [name for name in re.findall(pattern, text, re.I) if name != name.lower()]
    return Counter(found).most_common(1)[0][0] if found else None


def _squeeze(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
