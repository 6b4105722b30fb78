"""The subcommands of ``citewire-eval``: arguments in, exit code out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from eval.answering import Meter, Outcome, answer_all
from eval.dataset import GOLDEN, Problem, Question, check_questions, read_questions
from rag import cli
from rag.settings import Settings


def command(arguments: Sequence[str]) -> int:
    """Run one subcommand.

    :raises CitewireError: where nothing could be done
    """
    options = build_parser().parse_args(arguments)
    code: int = options.action(options)
    return code


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="citewire-eval", description="Measure answers: retrieval, correctness, citations."
    )
    actions = parser.add_subparsers(metavar="COMMAND", required=True)

    sub = actions.add_parser("answer", help="write an answer record for each question")
    _asking(sub, required=True)
    sub.add_argument("--out", metavar="FILE", type=Path, required=True, help="records (.jsonl)")
    sub.set_defaults(action=_answer)

    sub = actions.add_parser("run", help="ask, measure and print every figure")
    _asking(sub, required=False)
    sub.add_argument("--out", metavar="DIR", type=Path,
                     help="run folder (default: runs/ of the data directory)")  # fmt: skip
    sub.add_argument("--label", help="what tables and reports call this run")
    sub.add_argument("--fresh", action="store_true", help="take no answer from earlier runs")
    sub.add_argument("--price", metavar="IN,OUT", type=_price,
                     help="price of a million prompt and completion tokens")  # fmt: skip
    sub.set_defaults(action=_run)

    sub = actions.add_parser("validate", help="explain what is wrong with a question file")
    sub.add_argument("questions", metavar="FILE", type=Path)
    sub.add_argument("--corpus", action="store_true",
                     help="check the evidence against the stored articles too")  # fmt: skip
    cli.add_home(sub)
    sub.set_defaults(action=_validate)
    return parser


def _asking(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument(
        "--questions", metavar="FILE", type=Path, required=required,
        default=None if required else GOLDEN,
        help="question file (.jsonl)" + ("" if required else "; default: the golden set"),
    )  # fmt: skip
    parser.add_argument("--top-k", metavar="N", type=_top_k, help="passages to read (1 to 100)")
    parser.add_argument("--as-of", metavar="DATE", type=cli.iso_date,
                        help='"today" for questions without asked_on')  # fmt: skip
    parser.add_argument("--workers", metavar="N", type=_workers, default=None,
                        help="questions asked at the same time")  # fmt: skip
    cli.add_home(parser)


def _settings(options: argparse.Namespace) -> Settings:
    settings = cli.settings_of(options)
    if options.top_k is not None:
        settings = replace(settings, top_k=options.top_k)
    return settings


def _workers_of(options: argparse.Namespace, settings: Settings) -> int:
    """One at a time on this machine's own processors; four where a model elsewhere answers."""
    return options.workers or (4 if settings.llm else 1)


def _read(path: Path) -> tuple[list[Question], list[Problem]]:
    questions, problems = read_questions(path)
    for problem in problems:
        cli.complain(str(problem))
    return questions, problems


def _answer(options: argparse.Namespace) -> int:
    from eval.systems import open_system

    questions, problems = _read(options.questions)
    settings = _settings(options)
    system = open_system(settings, today=date.today(), as_of=options.as_of)
    try:
        outcome = answer_all(
            system, questions, options.out,
            workers=_workers_of(options, settings), progress=Meter("answering"),
        )  # fmt: skip
    finally:
        system.close()
    return _code(outcome, problems)


def _code(outcome: Outcome, problems: Sequence[Problem]) -> int:
    for id, message in outcome.failed:
        cli.complain(f"question {id} failed: {message}")
    if outcome.records and len(outcome.failed) == len(outcome.records):
        return cli.FAILED
    return cli.PARTLY if outcome.failed or problems else cli.DONE


def _run(options: argparse.Namespace) -> int:
    from eval.run import Plan, default_folder, evaluate
    from eval.systems import open_system
    from eval.tables import results

    questions, problems = _read(options.questions)
    settings = _settings(options)
    now = datetime.now().astimezone()
    plan = Plan(
        options.out or default_folder(settings.home, now, options.label),
        now,
        options.label,
        _workers_of(options, settings),
        options.fresh,
        options.price,
    )
    system = open_system(settings, today=now.date(), as_of=options.as_of)
    try:
        run, outcome = evaluate(system, questions, plan, Meter("answering"))
    finally:
        system.close()
    print(results(run.scored))
    print(f"\nrun: {plan.folder}")
    return _code(outcome, problems)


def _validate(options: argparse.Namespace) -> int:
    articles = None
    if options.corpus:
        articles = _stored_texts(cli.settings_of(options))
    problems = check_questions(options.questions, articles)
    for problem in problems:
        print(problem)
    wrong = sum(p.fatal for p in problems)
    print(f"{options.questions}: {wrong} wrong, {len(problems) - wrong} doubtful")
    return cli.FAILED if wrong else cli.DONE


def _stored_texts(settings: Settings) -> dict[str, str]:
    from rag.store import open_store

    store = open_store(settings)
    try:
        sources = store.sources(limit=10_000_000)
        return {source.url: store.article(source.url).text for source in sources}
    finally:
        store.close()


def _top_k(text: str) -> int:
    return _within(text, 1, 100)


def _workers(text: str) -> int:
    return _within(text, 1, 64)


def _within(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low} to {high}")
    return int(text)


def _price(text: str) -> tuple[float, float]:
    try:
        prompt, completion = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not two prices: write for example 0.15,0.60"
        ) from None
    return prompt, completion
