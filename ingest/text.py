"""Text hygiene that every source goes through: clean text, inert titles, canonical addresses."""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress
from urllib.parse import unquote_plus, urlsplit, urlunsplit

# Format characters (bidi, zero-width, tags, soft hyphen), controls, private use and
# surrogates are dropped by category; these are invisible too but have other categories:
# variation selectors (they can carry hidden bytes), fillers, the blank Braille cell and
# noncharacters.
_INVISIBLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff"
    "\u180b-\u180d\u180f\ufe00-\ufe0f\ufdd0-\ufdef\U000e0100-\U000e01ef"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ODD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000f0000-\U0010ffff" + _INVISIBLE + "]"
)
_SPACES = re.compile(r"[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_ENDS = re.compile(r" *\n *")
_GAPS = re.compile(r"\n{3,}")
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")

# Elements of HTML and SVG; other names in angle brackets ("<think>", "Vec<T>") are prose.
TAGS = (
    "a|abbr|acronym|address|animate|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|"
    "bgsound|big|blink|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|"
    "data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|"
    "font|footer|foreignobject|form|frame|frameset|g|h[1-6]|head|header|hgroup|hr|html|i|iframe|"
    "image|img|input|ins|isindex|kbd|keygen|label|legend|li|link|main|map|mark|marquee|math|menu|"
    "meta|meter|nav|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|path|"
    "picture|plaintext|portal|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|set|"
    "slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|"
    "textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|use|var|video|wbr|xml|xmp"
)
_FLAGS = (
    "allowfullscreen|async|autofocus|autoplay|checked|controls|default|defer|disabled|hidden|"
    "inert|itemscope|loop|multiple|muted|nomodule|novalidate|nowrap|open|readonly|required|"
    "reversed|selected"
)
_ATTRIBUTE = r"""[\s/]+[^\s<>="'/]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]*)"""
_FLAG = rf"[\s/]+(?:{_FLAGS})(?=[\s/>])"
_TAG = re.compile(
    rf"</?(?:{TAGS})(?:{_ATTRIBUTE}|{_FLAG})*[\s/]*>"  # an element we know
    r"|</?[A-Za-z][\w:-]*(?:[\s/][^<>]*?)?\bon[a-z]{3,}\s*=[^<>]*>"  # an event handler
    rf"|<(?:{TAGS})[\s/][^<>]*=[^<>]*(?:>|$)"  # broken quoting, or never closed
    r"|<![A-Za-z\[][^<>]*>|<\?[A-Za-z][^<>]*>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[A-Za-z/!?]")  # without one, the patterns around need not be tried
_OPAQUE = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|<(script|style|template|noembed|noframes|xmp)\b[^<>]*>.*?(?:</\1\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)

_TRACKING_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid
    igsh mc_cid mc_eid mkt_tok _ga _gl _gac _hsenc _hsmi _openstat cmpid cmp campaign_id
    campaignid s_cid icid ncid ocid ito ref referrer referer ref_src ref_url refsrc smid
    smtyp sref spm scm wt_mc wt_zmc wickedid trk trkcampaign trackingid guccounter
    guce_referrer guce_referrer_sig ftag feature soc_src soc_trk at_medium at_campaign
    sr_share share_id sharetype share via xtor rss amp_js_v usqp mbid leadsource
    email_hash nr_email_referer
"""
TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "vero_", "oly_", "at_")
_PORTS = {"http": 80, "https": 443}


def clean(text: str) -> str:
    """``text`` in NFC without invisible characters, its white space normalised.

    Removed: bidirectional controls, zero-width and tag characters, variation selectors,
    private use, surrogates, controls, and all but three of stacked combining marks. Any
    space becomes " ", runs of them one, lines are stripped, blank lines never doubled.
    Length may change: clean before any offset is taken.
    """
    text = _ODD.sub("", _BREAKS.sub("\n", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _MARKS.sub(lambda found: found.group()[:3], text)
    text = _SPACES.sub(" ", text)
    text = _LINE_ENDS.sub("\n", text)
    return _GAPS.sub("\n\n", text).strip()


def strip_tags(text: str, gap: str = "") -> str:
    """``text`` without HTML tags, comments, scripts and styles; ``gap`` in a tag's place.

    Repeats until nothing changes, so that removing one tag can't form another. Angle
    brackets of prose ("5 < 7", "Vec<T>") stay.
    """
    for _ in range(10):
        if not _MARKUP.search(text):
            break
        stripped = _TAG.sub(gap, _OPAQUE.sub(gap, text))
        if stripped == text:
            break
        text = stripped
    return text


def inert(text: str) -> str:
    """One line of plain text from a title or name that may hold HTML, escaped or not."""
    for _ in range(3):
        plain = strip_tags(html.unescape(text), " " if "<br" in text.lower() else "")
        if plain == text:
            break
        text = plain
    return " ".join(clean(text).split())


def canonical_url(url: str) -> str:
    """``url`` without fragment, credentials and tracking parameters; host in lower case.

    Default ports go too, an empty path becomes "/". Other parameters keep their order.
    An address that can't be parsed is returned stripped.
    """
    url = "".join(url.split()) if "\n" in url or "\t" in url else url.strip()
    url = _ODD.sub("", url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url.partition("#")[0] if scheme == "file" else url
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _PORTS[scheme]:
        host = f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _tracks(pair))
    return urlunsplit((scheme, host, parts.path or "/", query, ""))


def host_name(url: str) -> str | None:
    """The host of a web address without "www.", or None."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _tracks(pair: str) -> bool:
    name = unquote_plus(pair.partition("=")[0]).lower()
    return name in TRACKING or name.startswith(_TRACKING_PREFIXES)
