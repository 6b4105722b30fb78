"""BM25 over the passages: a persistent, incremental tantivy index with its own analysis.

Text is analysed here, not by tantivy, so that the index and the questions agree on every
term. A token such as "GPT-4o", "$8B", "H100" or "C++" is kept whole and also split; plain
words are stemmed; amounts get one spelling ("14,000", "14k"; "$8B", "$8 billion").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from rag.errors import StoreBusyError, StoreError
from rag.words import hyphened

# Boosts over the passage text (1.0); chosen on development questions, flat around these.
TITLE_BOOST = 0.5
HEADING_BOOST = 0.5
_MAX_TERMS = 64  # of a question: a pasted page must not become a thousand-term query
_TERM_SET = 5000  # allowed ids looked up in the index; more are checked on the results
_HEAP = 64_000_000  # bytes of the writer; tantivy's minimum is 15 MB a thread

_TOKEN = re.compile(r"[$€£¥₹]?\w+(?:[-–.,/'’&_:]\w+)*(?:\+\+|[%#+](?!\w))?")
# Pieces keep a decimal point, so that "Qwen2.5-VL" meets "Qwen 2.5".
_PART = re.compile(r"[^\W_]*\d\.\d+[^\W_]*|[^\W_]+")
_RUN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_NAME = re.compile(r"\b([A-Z][a-z]+) (?=([A-Z][A-Za-z]{3,})\b)")
_PLURAL = re.compile(r"[a-z]+-?\d+s")
_NUMBER = re.compile(r"[$€£¥₹]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k|m|mn|b|bn|t|tn)?", re.IGNORECASE)
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6,
           "b": 9, "bn": 9, "billion": 9, "t": 12, "tn": 12, "trillion": 12}  # fmt: skip

# Words that carry no topic; dropped from questions only, unless nothing else is left.
_STOP = """a about according after all also am an and any are as at be because been before being
between both but by can could did do does doing during each for from further get had has have
having he her here hers him his how i if in into is it its itself just let me might more most
much must my no nor not of off on once one only or other our out over own please same shall she
should so some such tell than that the their them then there these they this those through to
too under until up upon us very was we were what when where which while who whom whose why will
with would you your many"""
STOPWORDS = frozenset(_STOP.split())


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """A passage to index.

    :ivar day: proleptic ordinal of the publication day (``date.toordinal``), None if unknown
    """

    id: int
    title: str
    heading: str
    text: str
    day: int | None
    article_id: int


class LexicalIndex:
    """A tantivy index in a folder; one writer at a time, readers in any process.

    A reader sees what was committed when it was opened or last :meth:`reload`-ed.
    """

    def __init__(self, index: Any, writer: Any | None) -> None:
        self._index = index
        self._writer = writer
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path, write: bool = False) -> LexicalIndex:
        """Open the index in a folder, made where it is missing.

        :raises StoreBusyError: another process holds the index open for writing
        :raises StoreError: the folder holds no index that can be read
        """
        import tantivy

        try:
            folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(_schema(), path=str(folder))
            index.config_reader(reload_policy="manual")
        except (ValueError, OSError) as error:
            raise StoreError(
                f"the keyword index in {folder} can't be opened ({_line(error)}): "
                "run citewire-ingest rebuild"
            ) from error
        writer = None
        if write:
            try:
                writer = index.writer(heap_size=_HEAP, num_threads=1)
            except ValueError as error:
                raise StoreBusyError(
                    f"another process writes to {folder}: wait until it has finished"
                ) from error
        index.reload()
        return cls(index, writer)

    def add(self, rows: Iterable[LexicalRow]) -> None:
        """Add passages; one with a known id replaces it. Seen by readers after a commit."""
        import tantivy

        writer = self._writing()
        known = self._searcher.num_docs > 0
        for row in rows:
            if known:
                writer.delete_documents_by_term("id", row.id)
            document = tantivy.Document()
            document.add_integer("id", row.id)
            document.add_integer("article", row.article_id)
            if row.day is not None:
                document.add_integer("day", row.day)
            document.add_text("title", " ".join(terms(row.title)))
            document.add_text("heading", " ".join(terms(row.heading)))
            document.add_text("text", " ".join(terms(row.text)))
            writer.add_document(document)

    def delete(self, ids: Iterable[int]) -> None:
        """Delete passages; unknown ids are ignored. Seen by readers after a commit."""
        writer = self._writing()
        for id in ids:
            writer.delete_documents_by_term("id", id)

    def clear(self) -> None:
        """Delete everything. Seen by readers after a commit."""
        self._writing().delete_all_documents()

    def commit(self) -> None:
        """Make all changes durable and visible to readers that reload."""
        self._writing().commit()
        self.reload()

    def reload(self) -> None:
        """See what any process has committed."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def count(self) -> int:
        """Passages visible to searches."""
        return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """Passages whose text holds an (analysed) term."""
        return int(self._searcher.doc_freq("text", term))

    def ids(self) -> list[int]:
        """Every indexed id, in no particular order; for checks against the catalogue."""
        import tantivy

        total = self.count()
        if not total:
            return []
        found = self._searcher.search(tantivy.Query.all_query(), total, count=False).hits
        return self._values("id", [address for _, address in found])

    def search(
        self,
        text: str,
        k: int,
        *,
        since: int | None = None,
        until: int | None = None,
        undated: bool = False,
        allow: Callable[[int], bool] | Collection[int] | None = None,
    ) -> list[tuple[int, float]]:
        """The ``k`` best passages for a text in people's words; never raises for any text.

        :param since: first day, a proleptic ordinal, inclusive
        :param until: last day, inclusive
        :param undated: with a day limit, whether passages of unknown date stay in
        :param allow: keeps a passage id, or the ids to keep; filtering is exact: the search
            goes on until ``k`` are found or no passage is left
        :return: (passage id, BM25 score), best first, ties by id
        """
        query = self._query(analyse(text), since, until, undated)
        total = self.count()
        if allow is not None and not callable(allow):
            if query is not None and len(allow) <= _TERM_SET:
                query, allow = self._within(query, allow), None
            else:
                allow = (allow if isinstance(allow, Set) else frozenset(allow)).__contains__
        if query is None or k <= 0 or not total:
            return []
        limit = min(total, k if allow is None else 4 * k)
        while True:
            found = self._searcher.search(query, limit, count=False).hits
            ids = self._values("id", [address for _, address in found])
            rows = [(id, float(score)) for id, (score, _) in zip(ids, found, strict=True)]
            if allow is not None:
                rows = [row for row in rows if allow(row[0])]
            if len(rows) >= k or len(found) < limit or limit >= total:
                rows.sort(key=lambda row: (-row[1], row[0]))
                return rows[:k]
            limit = min(total, limit * 8)

    def close(self) -> None:
        """Let go of the folder; uncommitted changes are dropped."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.rollback()
            writer.wait_merging_threads()

    def __enter__(self) -> LexicalIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _writing(self) -> Any:
        if self._writer is None:
            raise StoreError("the keyword index is open for reading only: open it with write=True")
        return self._writer

    def _values(self, field: str, addresses: list[Any]) -> list[int]:
        if not addresses:
            return []
        return [int(v) for v in self._searcher.fast_field_values(field, addresses)]

    def _within(self, query: Any, ids: Collection[int]) -> Any:
        from tantivy import Occur, Query

        among = Query.term_set_query(self._schema, "id", list(ids))
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(among, 0.0))]
        )

    def _query(
        self,
        weighted: Sequence[tuple[str, float]],
        since: int | None,
        until: int | None,
        undated: bool,
    ) -> Any | None:
        """The tantivy query: any of the terms in any field, within the days."""
        from tantivy import FieldType, Occur, Query

        if not weighted:
            return None
        should = []
        for term, weight in weighted:
            for field, boost in (("text", 1.0), ("title", TITLE_BOOST), ("heading", HEADING_BOOST)):
                query = Query.term_query(self._schema, field, term, "freq")
                if boost * weight != 1.0:
                    query = Query.boost_query(query, boost * weight)
                should.append((Occur.Should, query))
        words = Query.boolean_query(should)
        if since is None and until is None:
            return words
        days = Query.range_query(self._schema, "day", FieldType.Integer, since, until)
        if undated:
            dated = Query.exists_query("day")
            without = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, dated)])
            days = Query.boolean_query([(Occur.Should, days), (Occur.Should, without)])
        return Query.boolean_query(
            [(Occur.Must, words), (Occur.Must, Query.const_score_query(days, 0.0))]
        )


def analyse(text: str) -> list[tuple[str, float]]:
    """A question's distinct terms with weights, in order; stop words only if nothing else.

    The pieces of a token that is also kept whole weigh less, so that "GPT-4o" prefers
    passages with "GPT-4o" to those with "GPT" and "4o" apart.
    """
    weights: dict[str, float] = {}
    stops: dict[str, float] = {}
    for whole, pieces in _tokens(text):
        word = whole.lower() if whole.isalpha() else ""
        target = stops if word in STOPWORDS else weights
        first = pieces[0]
        target[first] = max(target.get(first, 0.0), 1.0)
        for piece in pieces[1:]:
            if len(piece) > 1:
                target[piece] = max(target.get(piece, 0.0), 0.5)
        if len(weights) >= _MAX_TERMS:
            break
    for term in _handles(text):
        weights.setdefault(term, 1.0)
    return list((weights or stops).items())[:_MAX_TERMS]


def _handles(text: str) -> Iterator[str]:
    """Terms of the handles that a two-word name often has: "fchollet", "francoischollet"."""
    for first, last in _NAME.findall(_fold(text)):
        yield _stem((first[0] + last).lower())
        yield _stem((first + last).lower())


def terms(text: str) -> list[str]:
    """All index terms of a text, in order: whole tokens, their pieces, amounts."""
    return [term for _, pieces in _tokens(text) for term in pieces]


def _tokens(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each token as written with its terms, the whole first."""
    text = hyphened(unicodedata.normalize("NFKC", text))
    matches = list(_TOKEN.finditer(text))
    for at, match in enumerate(matches):
        token = match.group()
        found = _expand(token)
        if token[-1].isdigit() and at + 1 < len(matches):
            scale = _SCALES.get(matches[at + 1].group().lower())
            if scale is not None and matches[at + 1].start() - match.end() <= 1:
                amount = _amount(token, scale)
                if amount and amount not in found:
                    found = (*found, amount)
        yield token, found


@lru_cache(maxsize=200_000)
def _expand(token: str) -> tuple[str, ...]:
    """The terms of one token, the whole one first, without repeats."""
    token = _fold(token.lower()).replace("’", "'").replace("–", "-")
    if token.endswith("'s"):
        token = token[:-2]
    if token.isalpha():
        return (_stem(token),)
    out = [token]
    if _PLURAL.fullmatch(token):
        out.append(token[:-1])  # "h100" for "H100s"
    parts = _PART.findall(token)
    if parts != [token]:
        out += [_stem(part) if part.isalpha() else part for part in parts]
    joined = "".join(parts)
    if len(parts) > 1 and not joined.isdigit():
        out.append(joined)  # "gpt4o" for "gpt-4o"
    for part in parts:
        runs = _RUN.findall(part)
        if 1 < len(runs) <= 4:
            out += [run for run in runs if len(run) > 1 or run.isdigit()]
    amount = _amount(token, 0)
    if amount:
        out.append(amount)
    return tuple(dict.fromkeys(out))


def _amount(token: str, scale: int) -> str | None:
    """One spelling for a number: "n14000" for 14,000, 14k and "14" before "thousand"."""
    match = _NUMBER.fullmatch(token)
    if match is None:
        return None
    digits, fraction, suffix = match.groups()
    scale += _SCALES[suffix.lower()] if suffix else 0
    if not scale and "," not in digits and len(digits) < 5:  # four digits are a year
        return None
    whole = digits.replace(",", "")
    fraction = (fraction or ".")[1:].rstrip("0")
    if len(whole) > 15 or len(fraction) > scale:
        return None
    return "n" + (whole + fraction.ljust(scale, "0")).lstrip("0")


def _fold(text: str) -> str:
    """Without accents; other scripts stay."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _stem(word: str) -> str:
    found = _stemmer().analyze(word)
    return str(found[0]) if found else word


@cache
def _stemmer() -> Any:
    """Snowball's English stemmer, as tantivy brings it."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.raw())
    return builder.filter(Filter.stemmer("english")).build()


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("article", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    for field in ("title", "heading", "text"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
