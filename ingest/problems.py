"""Why a page holds no article: error pages, challenges, paywalls, nothing but notices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.prose import is_notice, is_prose, score, words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Words of text up to which a page may be an error, a challenge or a teaser. Shortest real
# briefs have about 30 words, and teasers rarely more than two paragraphs.
_BRIEF = 200
_TEASER = 250
_LINES = 2000  # looked at for prose

_ERROR = re.compile(
    r"^(?:error\s*)?(?:4\d\d|5\d\d)\b|\b(?:page|article|story|content|url|file|seite) (?:was |"
    r"is |could |"
    r"you [\w ]{0,30})?(?:not|no longer|can[’']t|couldn[’']t|cannot|nicht)(?: be)? (?:found|"
    r"available|"
    r"exist|gefunden)|^not found|^access denied|^forbidden|^(?:internal )?server error|"
    r"^bad gateway|"
    r"^service (?:temporarily )?unavailable|^gateway time-?out|^too many requests|^site (?:is )?"
    r"(?:under maintenance|temporarily)|^unauthori[sz]ed|^oops\b|^sorry, (?:we|this|the page)|"
    r"^(?:something went|that’s an error|page (?:un)?available)|^request (?:blocked|rejected)",
    re.I,
)
_CHALLENGE = re.compile(
    r"(?:enable|turn on|requires?|without|needs?|activate|disabled?) (?:both )?(?:java ?script|"
    r"cookies)|"
    r"java ?script (?:is|to be|must be|seems to be|and cookies)|"
    r"checking (?:if the site connection|your "
    r"browser)|verif(?:y|ying) (?:that )?you(?: are|[’']re)? (?:a |not a )?(?:human|robot)|"
    r"are you a robot|"
    r"i[’']m not a robot|(?:complete|solve) (?:the|this) captcha|press (?:&|and) hold|"
    r"just a moment|attention required|ddos protection|cloudflare ray|ray id|unusual (?:traffic|"
    r"activity)|"
    r"please (?:wait while|stand by)|you don[’']t have permission to access|unsupported browser|"
    r"(?:update|upgrade) your browser|security check",
    re.I,
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign in|log ?in|register|join|upgrade|pay)(?: now| today|"
    r" here)? to (?:continue|keep|read|"
    r"unlock|view|access|see)|(?:to|and) (?:continue|keep) reading[,:]? (?:subscribe|sign|log|"
    r"register|"
    r"create|start|this)|continue reading (?:with|by|this article)|already (?:a|an) (?:\w+ )?"
    r"(?:subscriber|member)|(?:article|story|content|page) is (?:only |exclusively |"
    r"reserved )?(?:for|"
    r"available (?:only )?to) (?:our |paying |paid |registered )?(?:\w+ )?(?:subscribers|members)|"
    r"(?:subscribers?|members?)[- ]only|unlock (?:this|the|full|unlimited)|reached your (?:\w+ )?"
    r"(?:limit|article)|(?:free|complimentary) articles? (?:this|left|remaining)|"
    r"(?:read|get) the (?:full|rest of the|whole|complete) (?:story|article)|"
    r"this is a preview|subscribe for full access|choose your (?:plan|subscription)|"
    r"start your (?:free )?(?:trial|subscription)|abonnieren sie|jetzt weiterlesen",
    re.I,
)


def find(text: str, title: str, tree: HtmlElement, *, free: bool = True) -> str | None:
    """One line saying why ``text`` is no article, or None where it seems to be one.

    :param tree: the page without hidden parts, where notices around the text are looked for
    :param free: False where the page declares that reading costs
    """
    from ingest.htmltree import text_of

    count = words(text[:20_000])
    if count >= _TEASER:
        return (
            None
            if any(is_prose(line) for line in text.split("\n", _LINES)[:_LINES])
            else _boilerplate(text)
        )
    page = text_of(tree, 20_000)
    whole = words(page)
    if (
        (_ERROR.search(title) or _ERROR.search(text[:150]))
        and whole < 3 * _BRIEF
        and count < _BRIEF
    ):
        return f'an error page ("{(title or text)[:60].strip()}"), no article; check the address'
    if count < _BRIEF and (
        _CHALLENGE.search(title)
        or _CHALLENGE.search(text[:2000])
        or (count < 40 and _CHALLENGE.search(page))
    ):
        return "asks for JavaScript, cookies or a proof of being human; save the page in a browser"
    if not count:
        return "no article text on the page; check that it is an article"
    walled = _PAYWALL.search(page if count < 120 else text[-400:])
    if not free or walled:
        return "only a teaser before a paywall; give the full article as a file"
    return _boilerplate(text)


def _boilerplate(text: str) -> str | None:
    lines = [line for line in text.split("\n", _LINES)[:_LINES] if line.strip()]
    prose = [line for line in lines if score(line.lstrip("#- ")) >= 2 and not is_notice(line)]
    notices = sum(words(line) for line in lines if is_notice(line))
    total = sum(words(line) for line in prose)
    if total < 12 or (notices > 2 * total and total < 60):
        return "no article text, only menus or notices; check that it is an article"
    return None
