"""Trafilatura's tree of an article as light Markdown."""

from __future__ import annotations

from lxml.etree import _Element

from ingest.text import clean, strip_tags

_BLOCKS = ("p", "head", "list", "quote", "table", "code", "div", "item", "row", "cell", "ab")
_HOLDERS = ("p", "quote", "code", "div", "ab")


def serialise(body: _Element) -> str:
    """Paragraphs, headings, lists and table rows of ``body``, apart by blank lines."""
    out: list[str] = []
    _blocks(body, out)
    return clean(strip_tags("\n\n".join(part for part in out if part.strip())))


def _blocks(element: _Element, out: list[str]) -> None:
    """Append the blocks below ``element``; text between blocks makes paragraphs."""
    loose: list[str] = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in ("head", "list", "table", *_HOLDERS):
            _flush(loose, out)
            if tag in _HOLDERS and any(inner.tag in _BLOCKS for inner in child):
                _blocks(child, out)
            else:
                out.append(_block(child, tag))
        elif tag == "lb":
            loose.append("\n")
        elif tag:
            loose.append(_inline(child))
        loose.append(child.tail or "")
    _flush(loose, out)


def _flush(loose: list[str], out: list[str]) -> None:
    line = "".join(loose).strip()
    loose.clear()
    if line:
        out.append(_prose(line))


def _block(element: _Element, tag: str) -> str:
    if tag == "head":
        words = " ".join(_inline(element).split())
        return f"{_level(element)} {words}" if words else ""
    if tag == "list":
        items = [_item(item) for item in element if isinstance(item.tag, str)]
        return "\n".join(item for item in items if item)
    if tag == "table":
        return _table(element)
    return _prose(_inline(element).strip())


def _prose(text: str) -> str:
    """``text`` whose lines can't be taken for headings: "# 1 in sales" is prose here."""
    return "\n".join(
        line.lstrip("#").lstrip() if line.startswith("# ") else line for line in text.split("\n")
    )


def _level(head: _Element) -> str:
    rend = head.get("rend") or "h2"
    return "#" * (int(rend[1]) if rend[1:2].isdigit() else 2)


def _item(item: _Element) -> str:
    words = " ".join(_inline(item).split())
    return f"- {words}" if words else ""


def _inline(element: _Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif isinstance(child.tag, str):
            gap = " " if child.tag in _BLOCKS else ""
            parts.append(f"{gap}{_inline(child)}{gap}")
        parts.append(child.tail or "")
    return "".join(parts)


def _table(table: _Element) -> str:
    """Rows as "column: value; …" where the first row holds heads, else cells with "; "."""
    lines: list[str] = []
    names: list[str] = []
    for row in table.iter("row", "tr"):  # trafilatura leaves HTML inside of "code"
        found = list(row.iter("cell", "td", "th"))
        cells = [" ".join(_inline(cell).split()) for cell in found]
        heads = [cell.get("role") == "head" or cell.tag == "th" for cell in found]
        if len(cells) > 1 and all(heads) and not names and not lines:
            names = cells
            continue
        pairs = [
            f"{names[k].rstrip(':')}: {cell}"
            if k < len(names) and names[k] and names[k] != cell
            else cell
            for k, cell in enumerate(cells)
            if cell
        ]
        if pairs:
            lines.append("- " + "; ".join(pairs))
    if not lines and not names:
        return _prose(_inline(table).strip())
    return "\n".join(lines) if lines else "; ".join(names)
