"""Scraped plain text: the article within it, its title, byline, publisher and dates.

Each line is scored as prose (positive), fragment or notice (negative, ``ingest.prose``);
the article is the span of lines with the greatest sum. Within it notices, bylines and
repeated titles go, and a short line alone between paragraphs is a heading.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import datetime

from ingest import byline, stamps
from ingest.byline import is_name
from ingest.found import Found
from ingest.prose import ends, is_caption, is_notice, is_prose, score, without_middle, words
from ingest.text import clean, inert, strip_tags

__all__ = ["Found", "is_name", "read"]

_BULLET = re.compile(r"^(?:[-*•‣◦▪●·–]|\d{1,2}[.)])\s+(?=\S)")
_SEPARATOR = re.compile(r"\s+[|»·•]\s+|\s+[-–—]\s+(?=[^-–—|]{2,40}$)")
_HARD_END = re.compile(
    r"^(?:[\d,]+ )?(?:comments?|responses?|replies)(?: ?[(:]? ?\d+\)?)?:?$|^leave a (?:reply|"
    r"comment)|"
    r"^(?:add|post) a comment|^join the (?:conversation|discussion)|^about the authors?|"
    r"^tags?\b ?:?|"
    r"^filed under|^topics?:|^more (?:from|on|in|by|stories|news|articles|like|about)\b|"
    r"^(?:most|also) (?:read|popular|viewed|commented|shared)|^(?:editor[’']?s[’']?|our) picks?|"
    r"^recommended(?: (?:for you|stories|reading|articles))?$|^(?:trending|popular)(?: (?:now|"
    r"stories|"
    r"news|posts|articles|topics|this week))?$|^you (?:may|might)(?: also)? (?:like|be interested)|"
    r"^(?:around|from) (?:the web|our partners)|^up next|^next (?:article|story|post)|"
    r"^(?:latest|top|recent) (?:news|stories|posts|articles|headlines)$|^sponsored (?:content|"
    r"stories)|"
    r"^what (?:to read|others are reading)|^(?:previous|older|newer) (?:article|post|story)",
    re.I,
)
_SOFT_END = re.compile(
    r"^(?:related|read (?:more|next|also)|see also|also on|in (?:this|other) (?:story|article|"
    r"news)|"
    r"don[’']t miss|further reading|advertisement|sponsored|keep reading|watch|listen|"
    r"must[- ]read)\b",
    re.I,
)
_BIO = re.compile(
    r"\b(?:is|are|was) (?:an?|the) (?:[\w’'&-]+ ){0,5}(?:reporters?|writers?|editors?|journalists?|"
    r"correspondents?|columnists?|contributors?|freelancer|producer)\b",
    re.I,
)
_CONTENT = re.compile(r"[^\W\d_]{4,}|\d[\d,.]*\d")
_TITLE_WORDS = (3, 28)
_HEADING_WORDS = 14
_WRAP = (40, 100)  # columns at which mailers and terminals wrap lines


def read(text: str, now: datetime | None = None) -> Found:
    """The article in a scraped text. Dates after ``now`` are unknown."""
    lines, middle, join = without_middle(_split(text))
    start, stop = _span(lines)
    if start == stop:
        return Found("")
    at, title, suffix = _title(lines, start, stop)
    head = lines[: _first_paragraph(lines, max(at, start - 1) + 1, stop)]
    first = _beginning(lines, at, start, stop)
    skip = {_fold(title)} | ({_fold(f"{title} {suffix}")} if suffix else set())
    authors, credits = _authors(lines, at, first, stop)
    body = [
        (i, line)
        for i, line in enumerate(lines[first:stop], start=first)
        if _fold(_unsuffixed(line)[0]) not in skip and i not in credits
    ]
    kept = _body([line for i, line in body if i < join])
    if first < join < stop:
        kept += [line for line in middle if ends(line) or words(line) >= _HEADING_WORDS]
    kept += _body([line for i, line in body if i >= join])
    around = [line for i, line in enumerate(lines) if not first <= i < stop or is_notice(line)]
    opening = [line for line in lines[len(head) : len(head) + 1] if stamps.DATELINE.match(line)]
    published, updated = stamps.find([*head, *opening], lines[stop:], now)
    return Found(
        text="\n\n".join(kept).replace("\n\n- ", "\n- "),
        title=title,
        authors=authors,
        publisher=byline.publisher(lines, around, suffix),
        published=published,
        updated=updated,
        url=_address(lines[:5]),
    )


def _split(text: str) -> list[str]:
    """Lines with content; paragraphs wrapped at a column are joined again."""
    text = clean(strip_tags(text, " "))
    lines = text.split("\n")
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
    full = [a for a, _ in pairs if _WRAP[0] <= len(a) <= _WRAP[1]]
    open_ = [a for a, b in pairs if _WRAP[0] <= len(a) <= _WRAP[1] and not ends(a)]
    longest = max((len(line) for line in lines), default=0)
    if longest > _WRAP[1] + 20 or len(full) < 4 or len(open_) < 0.6 * len(full):
        return [line for line in lines if line]
    out: list[str] = []
    joining = False
    width = sorted(map(len, full))[len(full) // 2]
    for line in lines:
        if not line:
            joining = False
            continue
        if joining and not _BULLET.match(line):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
        joining = len(line) > 0.6 * width
    return out


def _span(lines: Sequence[str]) -> tuple[int, int]:
    """First and last + 1 of the lines with the greatest sum of prose scores."""
    stop = _cut(lines)
    best, where, total, begin = 0.0, (0, 0), 0.0, 0
    for i, line in enumerate(lines[:stop]):
        if total <= 0:
            total, begin = 0.0, i
        total += score(line)
        if total > best:
            best, where = total, (begin, i + 1)
    start, stop = where
    while stop > start and (_is_bio(lines[stop - 1]) or score(lines[stop - 1]) < 0):
        stop -= 1
    # A lone sentence between menus is a slogan or a notice, no article.
    return (start, stop) if best >= 12 else (0, 0)


def _is_bio(line: str) -> bool:
    return words(line) < 80 and bool(_BIO.search(line[:160])) and line[:1].isupper()


def _cut(lines: Sequence[str]) -> int:
    """Where comments, related stories and the like begin after the article, or the end."""
    mass = [max(0.0, score(line)) for line in lines]
    total, before = sum(mass), 0.0
    for i, line in enumerate(lines):
        if words(line) <= 8 and not line.endswith(".") and before >= 40:
            rest = total - before
            if _HARD_END.match(line) and before >= 0.3 * total and not _resumes(lines, i):
                return i
            # "Read more: …" within the text is followed by text; a list of links is not.
            follows = any(is_prose(near, 18) for near in lines[i + 1 : i + 2])
            soft = _SOFT_END.match(line) and not follows
            if soft and rest < 0.4 * total and not _resumes(lines, i):
                return i
        before += mass[i]
    return len(lines)


def _resumes(lines: Sequence[str], i: int) -> bool:
    """Whether running text follows line i: two paragraphs in a row, not headlines with a
    teaser each, nor comments.
    """
    if re.match(
        r"(?:[\d,]+ )?(?:comments?|responses|replies)|leave a|add a|post a|about the",
        lines[i],
        re.I,
    ):
        return False
    run = best = fragments = 0
    for line in lines[i + 1 : i + 40]:
        if _HARD_END.match(line) and words(line) <= 8:
            break
        if is_prose(line, 18):
            run += 1
            best = max(best, run)
        else:
            run = 0
            fragments += score(line) < 1
    return best >= 3 or (best == 2 and fragments <= 4)


def _title(lines: Sequence[str], start: int, stop: int) -> tuple[int, str, str]:
    """Index of the title's last line before the text (-1 for none), the title, its suffix."""
    body = " ".join(lines[start:stop]).lower()
    known = set(_CONTENT.findall(body))
    limit = _first_paragraph(lines, start, stop) + 1
    places: dict[str, list[int]] = {}
    best, chosen = 0.0, -1
    for i in range(min(limit + 4, stop)):
        line, suffix = _unsuffixed(lines[i])
        if not _can_be_title(line):
            continue
        places.setdefault(_fold(line), []).append(i)
        again = len(places[_fold(line)]) > 1
        if i >= limit - 1 and not again:
            continue
        content = {word.lower() for word in _CONTENT.findall(line)}
        overlap = len(content & known) / max(3, len(content))
        points = 2.0 * overlap + 1.5 * again + 0.8 * bool(suffix) + 0.5 * (i == 0)
        points += min(words(line), 8) / 8
        points += 0.6 * (start - 6 <= i <= start) - 0.5 * ends(line)
        points += 0.6 * any(
            byline.byline(near) or stamps.is_stamp(near) for near in lines[i + 1 : i + 4]
        )
        if points > best + (0.0 if again else 0.05):
            best, chosen = points, i
    if chosen < 0 or best < 1.2:
        return -1, "", ""
    title, suffix = _unsuffixed(lines[chosen])
    same = [i for i in places[_fold(title)] if i <= limit + 3]
    suffix = suffix or next((s for i in same if (s := _unsuffixed(lines[i])[1])), "")
    return max(same), inert(title), suffix


def _can_be_title(line: str) -> bool:
    low, high = _TITLE_WORDS
    return (
        low <= words(line) <= high
        and len(line) <= 220
        and not is_notice(line)
        and not is_caption(line)
        and not byline.byline(line)
        and not stamps.is_stamp(line)
        and not stamps.READING.search(line)
        and not _BULLET.match(line)
        and line.count("|") + line.count("›") + line.count(" > ") < 2
        and not re.search(r"https?://|www\.", line)
        and not (line.endswith((".", ",", ";")) and words(line) > 12)
    )


def _unsuffixed(line: str) -> tuple[str, str]:
    """ "Headline | Site" as its two parts; the site's is empty where there is none."""
    parts = [part.strip() for part in _SEPARATOR.split(line)]
    if len(parts) < 2 or words(parts[-1]) > 5 or words(parts[0]) < 3 or ends(line):
        return line, ""
    if words(parts[-1]) >= words(line) / 2 or not parts[-1][:1].isupper():
        return line, ""
    return line[: line.find(parts[1], len(parts[0]))].rstrip(" |»·•-–—") or parts[0], parts[-1]


def _first_paragraph(lines: Sequence[str], start: int, stop: int) -> int:
    for i in range(max(0, start), stop):
        if is_prose(lines[i], 15) and score(lines[i]) >= 8:
            return i
    return min(max(0, start), stop)


def _beginning(lines: Sequence[str], title: int, start: int, stop: int) -> int:
    """First line of the text: after the title, or earlier if prose stands before it."""
    first = start
    if 0 <= title < start:
        # Short paragraphs and a first heading between the title and the span belong to it.
        while (
            first - 1 > title and score(lines[first - 1]) > -6 and not is_caption(lines[first - 1])
        ):
            first -= 1
    elif start and _can_be_title(lines[start - 1]) and start - 1 != title:
        first = start - 1
    return min(first, stop)


def _authors(
    lines: Sequence[str], title: int, first: int, stop: int
) -> tuple[tuple[str, ...], set[int]]:
    """Authors, and the indexes of the lines that only name them or give a date."""
    found: tuple[str, ...] = ()
    credits: set[int] = set()
    top = _first_paragraph(lines, max(first, title + 1), stop)
    head = range(max(0, min(title, first) - 3), min(top + 3, stop))
    for i in [*head, *range(stop, len(lines))]:
        line = lines[i]
        authors = byline.byline(line)
        if not authors and re.fullmatch(
            r"(?:written |posted |reported )?by:?|authors?:?", line, re.I
        ):
            authors = byline.names(lines[i + 1]) if i + 1 < len(lines) else ()
            credits |= {i, i + 1} if authors else {i}
        if not authors and i in head and i <= top:
            authors = _bare_name(lines, i)
        if authors and (i < stop or not found):
            credits.add(i)
            found = found or authors
    for i in head:
        if stamps.is_stamp(lines[i]) or (stamps.READING.search(lines[i]) and words(lines[i]) <= 10):
            credits.add(i)
    for i in range(first, stop):
        if byline.is_marked(lines[i]):
            found = found or byline.byline(lines[i])
            credits.add(i)
    return found, credits


def _bare_name(lines: Sequence[str], i: int) -> tuple[str, ...]:
    """A name without "By", told by the role or date beside it."""
    line = lines[i]
    authors = byline.names(line)
    if not authors or words(line) > 14 or ends(line):
        return ()
    text = " ".join(lines)
    if any(re.search(rf"\b{re.escape(token.lower())}\b", text) for token in authors[0].split()):
        return ()  # its words are used as common words, too
    same = line != authors[0] and (
        byline.has_role(line) or stamps.holds_date(line) or stamps.READING.search(line)
    )
    near = [lines[k] for k in (i - 1, i + 1) if 0 <= k < len(lines)]
    beside = any(
        words(n) <= 12 and (stamps.is_stamp(n) or stamps.READING.search(n) or byline.has_role(n))
        for n in near
    )
    return authors if same or beside else ()


def _address(lines: Sequence[str]) -> str | None:
    for line in lines:
        found = re.fullmatch(r"(?:(?:source|url|link|address)\s*:\s*)?(https?://\S+)", line, re.I)
        if found:
            return found[1]
    return None


def _body(lines: Sequence[str]) -> list[str]:
    """The lines to keep as light Markdown: paragraphs, lists, headings."""
    kept: list[str] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if is_notice(line) or is_caption(line):
            i += 1
            continue
        bullet = _BULLET.match(line)
        if bullet and words(line) > 1:
            kept.append(line if line[0].isdigit() else "- " + line[bullet.end() :])
        elif ends(line) or words(line) >= 13:
            kept.append(line)
        else:
            i = _fragments(lines, i, kept)
            continue
        i += 1
    while kept and kept[-1].startswith("## "):
        kept.pop()
    return kept


def _fragments(lines: Sequence[str], i: int, kept: list[str]) -> int:
    """Keep what is a heading or a list of a run of short lines; the index after the run."""
    run = []
    while i < len(lines) and not ends(lines[i]) and words(lines[i]) < 13:
        if _BULLET.match(lines[i]) and words(lines[i]) > 1:
            break
        run.append(lines[i])
        i += 1
    noisy = any(is_notice(line) or _SOFT_END.match(line) for line in run)
    announced = [k + 1 for k, line in enumerate(run) if _SOFT_END.match(line) and words(line) < 4]
    run = [
        line
        for k, line in enumerate(run)
        if k not in announced and not (_SOFT_END.match(line) or is_notice(line) or is_caption(line))
    ]
    after = next((line for line in lines[i : i + 2] if is_prose(line, 10) or line[-1] == ":"), "")
    listed = bool(kept) and kept[-1].endswith(":")
    facts = [line for line in run if listed or re.search(r":\s+\S*\d|\d\S*\s*:", line)]
    if facts and not noisy:
        kept.extend(f"- {line}" for line in facts)
        run = [line for line in run if line not in facts]
    alone = len(run) == 1 and not noisy
    if run and after and _is_heading(run[-1]) and (alone or _about(run[-1], lines[i : i + 3])):
        kept.append(f"## {run[-1]}")
    return i


def _is_heading(line: str) -> bool:
    return (
        1 <= words(line) <= _HEADING_WORDS
        and (line[0].isupper() or line[0].isdigit() or line[0] in "“\"'‘¿")
        and any(char.isalpha() for char in line)
        and not line.endswith((",", ";"))
        and not stamps.is_stamp(line)
        and not re.search(r"https?://|www\.|@\w", line)
    )


def _about(line: str, paragraphs: Sequence[str]) -> bool:
    """Whether the heading shares a word with the text below it."""
    text = {word.lower()[:6] for word in _CONTENT.findall(" ".join(paragraphs))}
    return any(word.lower()[:6] in text for word in _CONTENT.findall(line))


def _fold(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
