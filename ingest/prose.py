"""Is a line prose of an article, a notice of the site around it, or a fragment?

Scores from general signs: sentence marks, length, function words; for notices the
vocabulary of subscriptions, consent, sharing, comments and advertising together with
how they address the reader. None knows a site.
"""

from __future__ import annotations

import re

_STRONG = re.compile(
    r"\b(?:"
    r"(?:your|in your|to your) (?:e-?mail )?inbox|by (?:signing up|subscribing|registering|"
    r"clicking|continuing|submitting|providing|entering|creating an account)|"
    r"(?:sign|signing) up (?:for|to|now|today|here|below|free|with)|"
    r"subscribe (?:to|for|now|today|here|via|and|below|free)|subscribe$|"
    r"(?:get|join|read|try) (?:the|our|all the)(?: [\w'’-]+){0,4} newsletters?|"
    r"(?:our|this|daily|weekly|free|e-?mail|morning) newsletters?|newsletter sign-?up|"
    r"unsubscribe|opt[- ]out|all rights reserved|"
    r"(?:we|site|website|pages?|partners) uses? (?:[\w’']+ ){0,4}cookies|uses cookies|"
    r"(?:accept|reject|manage|allow) (?:all |my |your )?cookies?|"
    r"cookie (?:policy|settings|preferences|notice|consent)|(?:manage|consent) preferences|"
    r"privacy (?:policy|notice|settings|choices)|do not sell(?: or share)? my|"
    r"terms (?:of (?:use|service)|and conditions|& conditions)|(?:user|visitor) agreement|"
    r"advertise (?:with|on|here)|media kit|paid (?:advertisement|partner content)|"
    r"(?:ad|ad)?vertisement$|ad blocker|disable your ad|"
    r"follow (?:us|me|him|her|them|the author)\b|find us on|like us on|connect with us|"
    r"join (?:us|our|the (?:conversation|discussion|community))|"
    r"share (?:this|on|via|with|your|to)|tweet this|copy (?:the )?link|link copied|"
    r"(?:e-?mail|print|save|bookmark|gift|listen to|download) this (?:article|story|post|page)|"
    r"(?:leave|post|add|write|submit) (?:a|your) (?:comment|reply|review)|"
    r"(?:log|sign) ?in to|(?:create|register for) (?:an?|your|a free) account|"
    r"already (?:a|an|have) (?:\w+ )?(?:subscriber|member|account)|become an? (?:\w+ )?"
    r"(?:member|subscriber|patron|supporter)|start your (?:free )?trial|free trial|"
    r"support (?:our|independent|quality|local) (?:\w+ )?(?:journalism|work|reporting|newsroom)|"
    r"your (?:contribution|support|donation|subscription|privacy)|thank(?:s| you) for reading|"
    r"(?:make|consider) (?:a|making a) (?:donation|contribution)|donate (?:now|today|here)|"
    r"(?:may|might|can) (?:earn|receive|get) (?:an? |some )?(?:\w+ )?commissions?|"
    r"affiliate (?:links?|partners?|commission|program)|"
    r"(?:notice|spot|spotted|found|see) (?:an?|any) (?:error|typo|mistake|issue)|"
    r"(?:report|reporting) (?:an?|any) (?:error|typo|mistake|issue|problem)|help us improve|"
    r"(?:your|required) (?:e-?mail address|fields are marked|name and e-?mail)|"
    r"e-?mail address will not be published|enter your e-?mail|"
    r"download (?:the|our)(?: \w+){0,3} app|get (?:the|our) app|available on the app store|"
    r"turn on notifications|enable notifications|push notifications|"
    r"click here|tap here|read (?:our|more:|more about|also:|next:)|"
    r"skip to (?:main )?content|back to top|jump to (?:content|comments)|load more|show more|"
    r"see (?:all|more) (?:stories|posts|articles|from)|view all|"
    r"you (?:may|might|can) (?:also )?(?:like|be interested|enjoy|unsubscribe)|"
    r"(?:got|have) a (?:news )?tip|send (?:us )?(?:your )?tips|contact us|get in touch|"
    r"(?:enable|turn on|requires?) javascript|javascript is (?:disabled|required)|"
    r"verify (?:that )?you are (?:a )?human|checking your browser|"
    r"(?:was|were) not involved in the (?:writing|creation)|editorial (?:policy|guidelines)|"
    r"(?:tickets|passes) (?:are )?(?:on sale|available) now|register (?:now|today|here)|"
    r"(?:remaining|free) articles? (?:left|this month|remaining)|"
    r"continue reading|(?:read|unlock) the (?:full|rest)|for subscribers only|"
    r"(?:buy|order|shop) now|limited[- ]time offer|save \d+ ?%|use (?:promo )?code"
    r")",
    re.I,
)
_WEAK = re.compile(
    r"\b(?:newsletters?|subscribe|sign ?-?up|sign(?:ing)? up|log ?in|sign in|register|cookies|"
    r"privacy|terms|advertis(?:e|ing|ement|er)s?|sponsored|promoted|comments?|share|tweet|"
    r"follow|facebook|twitter|linkedin|whatsapp|instagram|youtube|reddit|pinterest|tiktok|"
    r"flipboard|rss|copyright|careers|sitemap|site map|about us|contact|help|faq|archives?|"
    r"keeps? you (?:informed|updated|posted|up to)|stay (?:ahead|informed|tuned|connected|"
    r"up[- ]to[- ]date|in the loop|updated)|never miss|don[’']t miss|delivered (?:to|straight|"
    r"daily|weekly)|perfect for|decision[- ]makers|learn more|get started|find out more|"
    r"exclusive (?:content|access|offers?)|(?:latest|top|breaking) (?:news|stories|updates) "
    r"(?:and|from|in|on|delivered)|must-read|hand-?picked|affiliate|"
    r"loading|related|trending|popular|recommended|min(?:ute)?s? read|read time|subscription|"
    r"premium|unlimited access|per month|cancel any ?time|e-?mail|inbox|app|podcast|webinar|"
    r"readers like you|our (?:team|readers|site|website|partners|terms|app|community|mission)|"
    r"this site|reCAPTCHA|powered by|disclaimer|disclosure|reprints?|licens(?:e|ing)|accessibility"
    r")\b",
    re.I,
)
_ADDRESS = re.compile(
    r"\b(?:you|your|yours|us|our|we|my)\b|(?:^|[.!?:]\s+)(?:subscribe|sign up|join|follow|share|"
    r"click|tap|download|register|donate|read more|get|try|enter|log in|learn|find out|listen|"
    r"watch|buy|become|support|thanks?)\b",
    re.I,
)
_QUOTED = re.compile(r"[“\"«„][^”\"»“]{0,600}[”\"»“]")
_LEGAL = re.compile(r"(?:©|\(c\) ?\d{4}|copyright (?:©|\(c\)|\d{4})|℗)", re.I)
_WORD = re.compile(r"[^\W_]+(?:[’'.\-–/&][^\W_]+)*")
_END = re.compile(
    r"[.!?…:;][\"”’')\]»]*\s*(?:\[\d+\])*$|[。！？।॥؟።]$|"
    r"[.!?][”\"’')\]]?\s*[—–-]\s*\w+$"
)
# Characters at either end of a text in which every line is judged. Articles end long before;
# of books and dumps the middle is taken as it is, or a megabyte takes five seconds.
_JUDGED = 250_000
_LONGEST = 4000  # characters of a line that are judged
_FUNCTION_WORDS = """
    a an the of to in on for and or but with by at from as is are was were be been has have had
    will would that this which who it its their his her they he she not said says than after
    der die das und den von zu mit ist für im dem nicht ein eine le la les des et en du une est
    que qui dans pour el los las de y un por con para il di che per non del o da em do
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_CAPTION = re.compile(
    r"^(?:[(\[]?(?:photo|image|picture|illustration|graphic|video|credit|photograph|caption|"
    r"screenshot|chart|featured image|file photo|foto|bild)s?(?: credit| courtesy| source)?"
    r"(?: by\b| ?[:/©|]|$)|©)|(?:getty images|shutterstock|istock|unsplash|ap photo|"
    r"afp via|reuters/[A-Z]|/reuters|/ap\b|bloomberg via|alamy|nurphoto)[^.]{0,60}$",
    re.I,
)


def words(line: str) -> int:
    """Number of words; a Chinese or Japanese character counts for half a word."""
    if line.isascii():
        return len(_WORD.findall(line))
    wide = sum(0x3040 <= ord(char) <= 0x9FFF or 0xAC00 <= ord(char) <= 0xD7AF for char in line)
    return len(_WORD.findall(line)) + wide // 2


def ends(line: str) -> bool:
    """Whether the line ends as sentences do."""
    return bool(_END.search(line))


def is_notice(line: str) -> bool:
    """Whether the line speaks for the site: sign up, consent, share, comment, buy, terms."""
    line = line[:_LONGEST]
    count = words(line)
    if not count:
        return False
    bare = _QUOTED.sub(" ", line) if count > 12 else line
    strong = len({found.lower() for found in _STRONG.findall(bare)})
    weak = _WEAK.findall(bare if count <= 12 else _STRONG.sub(" ", bare))  # counted once
    legal = bool(_LEGAL.search(bare)) and count <= 60
    addressed = bool(_ADDRESS.search(bare))
    if count <= 12:
        share = sum(words(found) for found in weak) / count
        third = ends(line) and not addressed and count > 6 and strong < 2
        return legal or (not third and (strong > 0 or share >= (0.3 if addressed else 0.45)))
    points = 2 * strong + min(2, len({found.lower() for found in weak})) + 2 * legal
    if not addressed:
        return legal or strong > 2 or (strong > 1 and points > 4) or (count < 30 and points > 4)
    # Long paragraphs of essays address the reader, too: ask for more where there is more.
    return points >= (3 if count <= 45 else 4 if count <= 90 else 7)


def is_caption(line: str) -> bool:
    """Whether the line is a picture's credit or caption with a credit."""
    return (
        words(line) <= 60 and bool(_CAPTION.search(line)) and (not ends(line) or words(line) <= 25)
    )


def score(line: str) -> float:
    """How much the line is prose: about its words for sentences, below 0 for fragments."""
    line = line if len(line) <= _LONGEST else line[: line.rfind(" ", 0, _LONGEST)] + "."
    count = words(line)
    if not count:
        return -1.0
    if is_notice(line):
        return -6.0 - min(count, 40) / 2
    if is_caption(line):
        return -3.0
    tokens = [token.lower() for token in _WORD.findall(line)]
    function = sum(token in _FUNCTION for token in tokens) / max(1, len(tokens))
    closed = ends(line)
    if closed and count >= 8:
        return min(count, 80) * (1.0 if function >= 0.15 or not line.isascii() else 0.4)
    if closed and count >= 3:
        return 2.0 if line[0].isupper() or line[0] in "“\"'‘" else 0.0
    if count >= 20 and function >= (0.2 if count < 30 else 0.1):
        return count / 2
    if count >= 13:
        return 0.5
    return -3.0


def is_prose(line: str, least: int = 12) -> bool:
    """Whether the line is a paragraph of at least ``least`` words."""
    return words(line) >= least and score(line) >= min(least, 8) * 0.4


def without_notices(text: str) -> str:
    """Light Markdown without notices, credits and headings that are left with nothing below.

    Unchanged where more than two fifths of the words would go: then they are the article.
    """
    lines = text.split("\n")
    bare = [line.lstrip("#- ") for line in lines]
    kept = [
        line
        for line, words_ in zip(lines, bare, strict=True)
        if not words_ or not (is_notice(words_) or is_caption(words_))
    ]
    while kept and (not kept[-1] or kept[-1].startswith("#")):
        kept.pop()
    left = "\n".join(kept)
    return left if words(left) >= 0.6 * words(text) else text


def without_middle(lines: list[str]) -> tuple[list[str], list[str], int]:
    """The lines without those in the middle of a very long text, these, and where they were."""
    if sum(map(len, lines)) <= 2 * _JUDGED:
        return lines, [], len(lines)
    head = tail = size = 0
    while size < _JUDGED:
        size += len(lines[head])
        head += 1
    size = 0
    while size < _JUDGED and head < len(lines) - tail:
        tail += 1
        size += len(lines[-tail])
    stop = len(lines) - tail
    return lines[:head] + lines[stop:], lines[head:stop], head
