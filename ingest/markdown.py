"""Any Markdown, tidy or not, to the light Markdown that articles are stored in.

Kept: words, headings (``#``), lists (``- ``, numbers as written), table rows as
"column: value" lines, code without its marks. Dropped: images, addresses of links,
emphasis marks, rules, HTML tags, tables of contents, lines that are only an address.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ingest.text import clean, inert, strip_tags

_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|(?=\*\*))(.*?)(?:[ \t]+#+)?$")
_SETEXT = re.compile(r"(=+|-{3,})$")
_RULE = re.compile(r"(?:[-*_=] ?){2,}$")
_QUOTE = re.compile(r"(?:> ?(?!\d))+")
_BULLET = re.compile(r"(?:[-*+•‣◦▪●·–] +)+(?:\[[ xX]\] +)?")
_TABLE_RULE = re.compile(r"\|?[ :]*-[-: ]*(?:\|[ :]*-[-: ]*)*\|?$")
_CELL = re.compile(r"(?<!\\)\|")
_DEFINITION = re.compile(r"\[(?!\^)([^\]\n]{1,200})\]:\s+<?(?:https?:|www\.|mailto:|/|#|\.)\S*.*$")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
_CONTENTS = re.compile(r"(?:#+ *)?[*_]*(?:table of )?contents:?[*_]*:?$", re.I)
_TOC = re.compile(r"\[\[?_?toc_?\]?\]|\{\{ ?toc ?\}\}|<!-- ?toc ?-->", re.I)
_JUMP = re.compile(r"(?:[-*+•] +|\d+[.)] +)?\[[^\]]*\]\(#[^)]*\)[.,;:]?$")
_ADDRESS = re.compile(r"(?:[-*+•] +)?[(<\[]?(?:https?://|www\.)\S+?[)>\]]?[.,;]?$", re.I)
_ATTRIBUTES = re.compile(r"\{[#.:][^{}\n]{0,100}\}")
_BLOCK_TAG = re.compile(r"</?(?:p|div|section|article|blockquote|table|tr|ul|ol|br)\b[^<>]*>", re.I)
_ITEM_TAG = re.compile(r"<li\b[^<>]*>", re.I)
_HEAD_TAG = re.compile(r"<h([1-6])\b[^<>]*>(.*?)</h\1\s*>", re.I | re.S)
_CELL_END = re.compile(r"</t[dh]\s*>\s*(?=<t[dh])", re.I)
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~$\"'&^=:,;?@/%])")
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>\s]+|mailto:[^<>\s]+)>", re.I)
_TARGET = re.compile(
    r"\s*(?:<[^<>\n]*>|(?:[a-z][a-z0-9+.-]*:|//|/|#|\.{1,2}/|\?|www\.)\S*|[^\s\"']*[./][^\s\"']*|)"
    r"(?:\s+(?:\"[^\n]*\"|'[^\n]*'|=\d*x?\d*))?\s*$",
    re.I,
)
_STRONG = re.compile(r"(?<!\*)\*\*(?![\s*])((?:[^*\n]|\*(?!\*))+?)(?<![\s*])\*\*(?!\*)")
_STRONG_LINE = re.compile(r"(?<![\w_])__(?![\s_])((?:[^_\n]|_(?!_))+?)(?<![\s_])__(?![\w_])")
_BOTH = re.compile(r"\*\*\*(?![\s*])([^*\n]+?)(?<![\s*])\*\*\*")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?![\s*])([^*\n]+?)(?<![\s*])\*(?![\w*])")
_EMPHASIS_LINE = re.compile(r"(?<![\w_\\])_(?![\s_])([^_\n]+?)(?<![\s_])_(?![\w_])")
_STRUCK = re.compile(r"~~(?![\s~])([^~\n]+?)(?<![\s~])~~")
_STRAY = re.compile(r"^\*\*(?=[A-Z\"“(])|(?<=[^\s*])\*\*$|(?<=[\w.!?)])\*\*(?=:? |$)")
_NAME = re.compile(  # of Python's own: "__init__" is no emphasis
    r"(?:init|main|name|call|new|str|repr|all|file|doc|dict|class|len|iter|next|enter|exit|getattr|"
    r"getitem|setattr|future|version|slots|del|eq|hash|post_init|pycache)$"
)
_BROKEN_ADDRESS = re.compile(r"\]\([ \n]{0,3}([^\s()]{1,2000})[ \n]{0,3}\)")
_BROKEN_WORDS = re.compile(r"(\[[^\[\]\n]{1,300})\n([^\[\]\n]{1,300}\]\()")
# Private-use characters can't be left after clean(): they stand for protected text.
_OPEN, _CLOSE = "\ue000", "\ue001"
_KEPT = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_SEARCH = 4000  # characters searched for the end of a link's address


def light(text: str) -> str:
    """Light Markdown of ``text``: Markdown, plain text, or either with HTML in it."""
    text = clean(text)
    if "<" in text:
        text = _html_blocks(text)
    if "](" in text:  # links that the source breaks over lines
        text = _BROKEN_ADDRESS.sub(r"](\1)", text)
        text = _BROKEN_WORDS.sub(r"\1 \2", text)
    return clean("\n".join(_lines(text.split("\n"))))


def plain(text: str) -> str:
    """One line of plain text from a title or summary that may hold Markdown or HTML."""
    line = " ".join(clean(text).split())
    line = re.sub(r"^#{1,6} ", "", line)
    return inert(_inline(line, frozenset()))


def _html_blocks(text: str) -> str:
    """HTML blocks as lines; inline tags are left to ``_inline``."""
    text = re.sub(r"<!--.*?(?:-->|$)", "", text, flags=re.S)
    text = re.sub(
        r"<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|$)", "", text, flags=re.S | re.I
    )
    if "<h" in text or "<H" in text:
        text = _HEAD_TAG.sub(lambda m: f"\n\n{'#' * int(m[1])} {' '.join(m[2].split())}\n\n", text)
    text = _CELL_END.sub("; ", text)
    text = _ITEM_TAG.sub("\n- ", text)
    return clean(_BLOCK_TAG.sub(_break, text))


def _break(match: re.Match[str]) -> str:
    name = match.group().strip("</>").split()[0].lower().rstrip("/")
    return "\n" if name in ("br", "tr") else "\n\n"


def _lines(lines: list[str]) -> Iterator[str]:
    """The document line by line, with fences, tables and link definitions resolved."""
    definitions = frozenset(
        match[1].lower() for line in lines if line[:1] == "[" and (match := _DEFINITION.match(line))
    )
    fence = ""
    i = 0
    while i < len(lines):
        line = lines[i]
        mark = _FENCE.match(line) if line[:1] in "`~" else None
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
                yield ""
            else:
                yield _code(line.lstrip("#").lstrip() if line.startswith("#") else line)
            i += 1
            continue
        if mark:
            fence = mark[1] if any(_closes(later, mark[1]) for later in lines[i + 1 :]) else ""
            yield ""
            i += 1
            continue
        line = _QUOTE.sub("", line) if line[:1] == ">" else line
        if "|" in line and i + 1 < len(lines) and _is_table(line, lines[i + 1]):
            i, rows = _table(lines, i, definitions)
            yield from rows
            continue
        after = lines[i + 1] if i + 1 < len(lines) else ""
        before = lines[i - 1] if i else ""
        if line and not before and _SETEXT.match(after) and _underlined(line):
            text = _inline(line, definitions)
            yield f"\n{'#' if after[0] == '=' else '##'} {text}\n" if text else ""
            i += 2
            continue
        yield from _line(line, definitions)
        i += 1


def _closes(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line.strip(fence[0]).strip()


def _underlined(line: str) -> bool:
    return len(line) <= 100 and line[0] not in "#>|-*+![" and line[-1] not in ".;,:|"


def _line(line: str, definitions: frozenset[str]) -> Iterator[str]:
    if not line:
        yield ""
        return
    if (
        _RULE.match(line)
        or _TOC.fullmatch(line)
        or _CONTENTS.match(line)
        or _JUMP.match(line)
        or _ADDRESS.match(line)
        or (line[0] == "[" and _DEFINITION.match(line))
    ):
        yield ""
        return
    heading = _HEADING.match(line) if line[0] == "#" else None
    if heading:
        text = _inline(heading[2], definitions).strip("*_ ")
        yield f"\n{heading[1]} {text}\n" if text else ""
        return
    mark = ""
    bullet = _BULLET.match(line)
    if bullet:
        mark, line = "- ", line[bullet.end() :]
        line = _QUOTE.sub("", line) if line[:1] == ">" else line
        line = re.sub(r"#{1,6} ", "", line) if line[:1] == "#" else line
    text = _inline(line, definitions)
    if re.fullmatch(r"[\s*_\-|:.,;()\[\]]*", text):
        yield ""
    elif mark or text[0] != "#":
        yield mark + text
    else:
        yield text if not re.match(r"#{1,6} ", text) else text.lstrip("# ")


def _is_table(line: str, rule: str) -> bool:
    rule = _QUOTE.sub("", rule) if rule[:1] == ">" else rule
    return "-" in rule and bool(_TABLE_RULE.match(rule)) and ("|" in rule or line[0] == "|")


def _table(lines: list[str], i: int, definitions: frozenset[str]) -> tuple[int, list[str]]:
    """Rows of the table that starts at line i as "column: value; …", and the line after."""
    names = _cells(lines[i], definitions)
    rows = [""]
    i += 2
    while i < len(lines):
        line = _QUOTE.sub("", lines[i]) if lines[i][:1] == ">" else lines[i]
        if "|" not in line:
            break
        cells = _cells(line, definitions)
        pairs = []
        for k, cell in enumerate(cells):
            name = names[k] if k < len(names) else ""
            if cell:
                pairs.append(f"{name.rstrip(':')}: {cell}" if name and name != cell else cell)
        if pairs and not _TABLE_RULE.match(line):
            rows.append("- " + "; ".join(pairs))
        i += 1
    if len(rows) == 1 and any(names):
        rows.append("- " + "; ".join(name for name in names if name))
    return i, [*rows, ""]


def _cells(line: str, definitions: frozenset[str]) -> list[str]:
    line = (_QUOTE.sub("", line) if line[:1] == ">" else line).strip()
    line = line.removeprefix("|")
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return [_inline(cell.strip(), definitions) for cell in _CELL.split(line)]


def _code(text: str) -> str:
    """Code without marks that a reader or renderer could take for HTML elements."""
    if "<" not in text:
        return text
    named = re.sub(r"<(/?[A-Za-z][\w-]*)\s*/?>", _unbracket, text)
    return strip_tags(html.unescape(named) if "&lt;" in named else named)


def _unbracket(match: re.Match[str]) -> str:
    return match[1].lstrip("/") if not strip_tags(match.group()) else match.group()


def _inline(text: str, definitions: frozenset[str]) -> str:
    """``text`` without link addresses, images, emphasis, code marks and HTML tags."""
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    if "`" in text:
        text = _CODE.sub(lambda m: keep(_code(m[2].strip())), text)
    if "\\" in text:
        text = _ESCAPE.sub(lambda m: keep(m[1]), text)
    if "<" in text:
        text = _AUTOLINK.sub(lambda m: m[1].removeprefix("mailto:"), text)
        text = strip_tags(text)
    if "]" in text:
        text = _links(text, definitions)
    if "{" in text:
        text = _ATTRIBUTES.sub("", text)
    if "*" in text or "_" in text or "~~" in text:
        text = _emphasis(text)
    if "&" in text:
        text = strip_tags(html.unescape(text))
    return " ".join(_restore(text, kept).split())


def _restore(text: str, kept: list[str]) -> str:
    for _ in range(3):  # code inside an escape inside code, at worst
        if _OPEN not in text:
            break
        text = _KEPT.sub(lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else "", text)
    return text


def _emphasis(text: str) -> str:
    if "*" in text:
        text = _BOTH.sub(r"\1", text)
        text = _STRONG.sub(r"\1", text)
        text = _EMPHASIS.sub(r"\1", text)
        if "**" in text:
            text = _STRONG.sub(r"\1", text)
            text = _STRAY.sub("", text)
    if "_" in text:
        text = _STRONG_LINE.sub(lambda m: m[0] if _NAME.match(m[1]) else m[1], text)
        text = _EMPHASIS_LINE.sub(lambda m: m[1], text)
    return _STRUCK.sub(r"\1", text) if "~~" in text else text


def _links(text: str, definitions: frozenset[str]) -> str:
    """Links replaced by their words and images removed, in one pass with a stack."""
    text = _FOOTNOTE.sub("", text) if "[^" in text else text
    out: list[str] = []  # finished pieces
    stack: list[tuple[int, bool]] = []  # index into out of each open "[", and if an image
    position = 0
    for match in re.finditer(r"!?\[|\]", text):
        if match.start() < position:
            continue
        out.append(text[position : match.start()])
        position = match.end()
        if match.group() != "]":
            stack.append((len(out), match.group()[0] == "!"))
            out.append(match.group())
            continue
        if not stack:
            out.append("]")
            continue
        start, image = stack.pop()
        words = "".join(out[start + 1 :])
        end, known = _address(text, position, words, definitions)
        if end < 0:
            out.append("]")
            continue
        position = end
        del out[start:]
        if not image:
            out.append(words if known else f"{words} ")
        if not known:
            position = match.end()
    out.append(text[position:])
    return "".join(out)


def _address(text: str, start: int, words: str, definitions: frozenset[str]) -> tuple[int, bool]:
    """Where the address of a link whose "]" ends at ``start`` ends, and if it is one.

    -1 where the brackets are no link. Not known means "[words](more words)": both are text.
    """
    follows = text[start : start + 1]
    if follows == "(":
        end = _closing(text, start)
        if end < 0:
            return -1, False
        target = text[start + 1 : end]
        known = bool(_TARGET.match(target)) or target.strip() == words.strip()
        return end + 1, known
    if follows == "[":
        end = text.find("]", start, start + 200)
        name = (text[start + 1 : end] or words).lower() if end > 0 else ""
        return (end + 1, True) if name in definitions else (-1, False)
    return (start, True) if words.lower() in definitions else (-1, False)


def _closing(text: str, start: int) -> int:
    """Index of the parenthesis that closes the one at ``start``, or -1."""
    depth = 0
    for i in range(start, min(len(text), start + _SEARCH)):
        if text[i] == "(":
            depth += 1
        elif text[i] == ")":
            depth -= 1
            if not depth:
                return i
    return -1
