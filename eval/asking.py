"""What the subcommands that ask share: their options, and opening what they ask."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from eval.answering import Outcome
from eval.dataset import GOLDEN, Problem, Question, read_questions
from eval.systems import System, open_system
from rag import cli
from rag.settings import Settings


def add_options(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """The options that say what is asked, of which system.

    :param required: whether the question file must be named
    """
    parser.add_argument(
        "--questions", metavar="FILE", type=Path, required=required,
        default=None if required else GOLDEN,
        help="question file (.jsonl)" + ("" if required else "; default: the golden set"),
    )  # fmt: skip
    parser.add_argument("--top-k", metavar="N", type=whole(1, 100),
                        help="passages to read (1 to 100)")  # fmt: skip
    parser.add_argument("--as-of", metavar="DATE", type=cli.iso_date,
                        help="answer with what was known on this day")  # fmt: skip
    parser.add_argument("--workers", metavar="N", type=whole(1, 64),
                        help="questions asked at the same time")  # fmt: skip
    parser.add_argument("--demo", action="store_true",
                        help="ask the demo corpus, in a store of its own")  # fmt: skip
    parser.add_argument("--retrieval", choices=("hybrid", "dense", "lexical"), default="hybrid",
                        help="one of the two searches alone")  # fmt: skip
    parser.add_argument("--no-answers", action="store_true", help="measure retrieval alone")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--runnable", metavar="MODULE:NAME",
                     help="ask a LangChain Runnable or a function")  # fmt: skip
    who.add_argument("--http", metavar="URL", help="ask an endpoint by JSON POST")
    who.add_argument("--textbook", action="store_true",
                     help="ask the textbook LangChain RAG over the same articles")  # fmt: skip
    parser.add_argument("--text-input", action="store_true",
                        help="give --runnable the question's text alone")  # fmt: skip
    parser.add_argument("--refusal", metavar="TEXT",
                        help="how the asked system begins when it doesn't know")  # fmt: skip
    cli.add_home(parser)


def settings_of(options: argparse.Namespace) -> Settings:
    """Settings with the options' number of passages, and the demo's folder if asked for.

    The demo store is made where it is missing.
    """
    settings = cli.settings_of(options)
    if options.top_k is not None:
        settings = replace(settings, top_k=options.top_k)
    if options.demo:
        from eval.demo import demo_settings, prepare_demo

        settings = demo_settings(settings)
        if not (options.runnable or options.http):
            prepare_demo(settings)
    return settings


def open_asked(options: argparse.Namespace, settings: Settings, today: date) -> System:
    """The system that the options name; citewire itself by default.

    :raises CitewireError: where it can't be opened
    """
    top_k = settings.top_k
    if options.runnable:
        from eval.plugins import runnable_system

        return runnable_system(
            options.runnable, text_input=options.text_input, refusal=options.refusal, top_k=top_k
        )
    if options.http:
        from eval.plugins import http_system

        return http_system(options.http, refusal=options.refusal, top_k=top_k)
    if options.textbook:
        return open_textbook(settings)
    return open_system(
        settings,
        today=today,
        as_of=options.as_of,
        retrieval=options.retrieval,
        answers=not options.no_answers,
    )


def open_textbook(settings: Settings) -> System:
    """The textbook pipeline over the articles of a store."""
    from eval.systems import corpus_hash, stored_articles
    from eval.textbook import TextbookSystem
    from rag.store import open_store

    store = open_store(settings)
    try:
        articles, corpus = stored_articles(store), corpus_hash(store)
    finally:
        store.close()
    return TextbookSystem(settings, articles, corpus)


def workers_of(options: argparse.Namespace, settings: Settings) -> int:
    """One at a time on this machine's own processors; four where a model elsewhere answers."""
    return options.workers or (4 if settings.llm else 1)


def read(path: Path) -> tuple[list[Question], list[Problem]]:
    """The questions of a file; what is wrong goes to standard error."""
    questions, problems = read_questions(path)
    for problem in problems:
        cli.complain(str(problem))
    return questions, problems


def code_of(outcome: Outcome, problems: Sequence[Problem] = ()) -> int:
    """The exit code, after naming each failure on standard error."""
    for id, message in outcome.failed:
        cli.complain(f"question {id} failed: {message}")
    if outcome.records and len(outcome.failed) == len(outcome.records):
        return cli.FAILED
    return cli.PARTLY if outcome.failed or problems else cli.DONE


whole = cli.Whole
