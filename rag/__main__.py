"""``citewire-ask``: one question on the command line, one cited answer."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from rag import cli
from rag.errors import InputError
from rag.types import Answer, DoneEvent, StageEvent, TextEvent, Turn


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return cli.run(_ask, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = cli.Parser(
        prog="citewire-ask", description="Ask the stored articles; every sentence is cited."
    )
    parser.add_argument("question")
    parser.add_argument(
        "--history",
        metavar="FILE",
        type=Path,
        help="the conversation so far: a JSON list of {role, content}",
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=cli.iso_date,
        help="answer as on this day: later articles are left out",
    )
    parser.add_argument(
        "--top-k", metavar="N", type=cli.Whole(1, 100), help="passages to read (1 to 100)"
    )
    parser.add_argument("--json", action="store_true", help="print the answer record")
    cli.add_home(parser)
    return parser


def _ask(arguments: Sequence[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.question.strip():
        parser.error("the question is empty, give one")
    history = read_history(options.history) if options.history else ()
    settings = cli.settings_of(options)
    from rag.newsroom import open_newsroom

    newsroom = open_newsroom(settings)
    try:
        if newsroom.store.catalogue.counts()[0] == 0:
            raise InputError(
                f"{settings.home} holds no articles: run citewire-ingest add PATH-OR-URL, "
                "or citewire-ingest demo"
            )
        answer: Answer | None = None
        shown = ""
        live = sys.stdout.isatty() and not options.json
        for event in newsroom.stream(
            options.question, history, as_of=options.as_of, top_k=options.top_k
        ):
            if isinstance(event, StageEvent) and sys.stderr.isatty() and not options.json:
                print(f"\r\x1b[K{event.detail}…\r", end="", file=sys.stderr, flush=True)
            elif isinstance(event, TextEvent) and live and event.text.startswith(shown):
                print(
                    ("\x1b[K" if not shown else "") + event.text[len(shown) :], end="", flush=True
                )
                shown = event.text
            elif isinstance(event, DoneEvent):
                answer = event.answer
    finally:
        newsroom.close()
    if answer is None:
        return cli.FAILED
    if options.json:
        print(json.dumps(answer.record(), ensure_ascii=False))
    else:
        print(_rest(answer, shown))
    return cli.DONE


def _rest(answer: Answer, shown: str) -> str:
    """What is printed after the streamed text: the answer if it changed, sources, notes."""
    whole = shown and answer.text == shown
    lines = ["" if whole else ("\n" if shown else "") + answer.text]
    for note in answer.notes:
        lines.append(f"({note})")
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        where = ", ".join(part for part in (citation.publisher, _day(citation.published)) if part)
        lines.append(f"[{citation.n}] {citation.title} ({where})")
        lines.append(textwrap.indent(textwrap.fill(f"“{citation.quote}”", 92), "    "))
        lines.append(f"    {citation.url}")
    if answer.newest and not answer.abstained:
        lines.append(f"\nNewest relevant article: {answer.newest[:10]}")
    return "\n".join(lines)


def _day(published: str | None) -> str:
    return published[:10] if published else "date unknown"


def read_history(path: Path) -> tuple[Turn, ...]:
    """The conversation in a JSON file: a list of ``{"role": …, "content": …}``.

    :raises InputError: naming the file and what is wrong with it
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror}); check --history") from None
    except ValueError:
        raise InputError(f"{path}: is no JSON; --history takes [{{role, content}}, …]") from None
    if not isinstance(rows, list):
        raise InputError(f"{path}: is no list; --history takes [{{role, content}}, …]")
    turns = []
    for n, row in enumerate(rows, 1):
        if (
            not isinstance(row, dict)
            or row.get("role") not in ("user", "assistant")
            or not (isinstance(row.get("content"), str))
        ):
            raise InputError(
                f"{path}: item {n} is no {{role: user|assistant, content: text}}; mend it"
            )
        turns.append(Turn(row["role"], row["content"]))
    return tuple(turns)


if __name__ == "__main__":
    sys.exit(main())
