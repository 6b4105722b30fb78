"""The subcommands of ``citewire-eval``: arguments in, exit code out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from eval import asking, extras
from eval.answering import Meter, answer_all
from eval.dataset import GOLDEN, check_questions
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
    parser: argparse.ArgumentParser = cli.Parser(
        prog="citewire-eval", description="Measure answers: retrieval, correctness, citations."
    )
    actions = parser.add_subparsers(metavar="COMMAND", required=True)
    _asking_commands(actions)
    _reading_commands(actions)
    extras.add_commands(actions)
    return parser


def _asking_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sub = actions.add_parser("answer", help="write an answer record for each question")
    asking.add_options(sub, required=True)
    sub.add_argument("--out", metavar="FILE", type=Path, required=True, help="records (.jsonl)")
    sub.set_defaults(action=_answer)

    sub = actions.add_parser("run", help="ask, measure and print every figure")
    asking.add_options(sub, required=False)
    sub.add_argument("--out", metavar="DIR", type=Path,
                     help="run folder (default: runs/ of the data directory)")  # fmt: skip
    sub.add_argument("--label", help="what tables and reports call this run")
    sub.add_argument("--fresh", action="store_true", help="take no answer from earlier runs")
    sub.add_argument("--price", metavar="IN,OUT", type=_price,
                     help="price of a million prompt and completion tokens")  # fmt: skip
    sub.set_defaults(action=_run)

    sub = actions.add_parser(
        "demo", help="citewire and the textbook RAG on the demo corpus, report, gate"
    )
    sub.add_argument("--questions", metavar="FILE", type=Path, default=GOLDEN)
    sub.add_argument("--no-textbook", action="store_true", help="leave the textbook RAG out")
    cli.add_home(sub)
    sub.set_defaults(action=_demo)

    sub = actions.add_parser("gate", help="fail where a figure is below its floor")
    sub.add_argument("--run", metavar="DIR", type=Path, help="judge this run instead of a new one")
    sub.add_argument("--questions", metavar="FILE", type=Path, default=GOLDEN)
    sub.add_argument("--gate", metavar="FILE", type=Path, help="file of the floors")
    sub.add_argument("--update", action="store_true", help="raise the floors to today's figures")
    sub.add_argument("--allow-lower", metavar="REASON", help="let floors fall, and say why")
    cli.add_home(sub)
    sub.set_defaults(action=_gate)


def _reading_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sub = actions.add_parser("compare", help="paired differences of two runs, B minus A")
    sub.add_argument("a", metavar="A", type=Path)
    sub.add_argument("b", metavar="B", type=Path)
    sub.add_argument("--all", action="store_true", help="show every changed question")
    sub.set_defaults(action=_compare)

    sub = actions.add_parser("report", help="one HTML page of a run, others beside it")
    sub.add_argument("runs", metavar="RUN", type=Path, nargs="*",
                     help="run folders (default: the newest)")  # fmt: skip
    sub.add_argument("--out", metavar="FILE", type=Path,
                     help="page (default: report.html in the first run)")  # fmt: skip
    cli.add_home(sub)
    sub.set_defaults(action=_report)

    sub = actions.add_parser("validate", help="explain what is wrong with a question file")
    sub.add_argument("questions", metavar="FILE", type=Path)
    sub.add_argument("--corpus", action="store_true",
                     help="check the evidence against the stored articles too")  # fmt: skip
    cli.add_home(sub)
    sub.set_defaults(action=_validate)


def _answer(options: argparse.Namespace) -> int:
    questions, problems = asking.read(options.questions)
    settings = asking.settings_of(options)
    system = asking.open_asked(options, settings, date.today())
    try:
        outcome = answer_all(
            system, questions, options.out,
            workers=asking.workers_of(options, settings), progress=Meter("answering"),
        )  # fmt: skip
    finally:
        system.close()
    return asking.code_of(outcome, problems)


def _run(options: argparse.Namespace) -> int:
    from eval.run import Plan, default_folder, evaluate
    from eval.tables import results

    questions, problems = asking.read(options.questions)
    settings = asking.settings_of(options)
    now = datetime.now().astimezone()
    home = cli.settings_of(options).home
    plan = Plan(
        options.out or default_folder(home, now, options.label),
        now,
        options.label,
        asking.workers_of(options, settings),
        options.fresh,
        options.price,
    )
    system = asking.open_asked(options, settings, now.date())
    try:
        run, outcome = evaluate(system, questions, plan, Meter("answering"))
    finally:
        system.close()
    print(results(run.scored))
    print(f"\nrun: {plan.folder}")
    return asking.code_of(outcome, problems)


def _demo(options: argparse.Namespace) -> int:
    """The whole evaluation of the demo corpus; ends with the report's path."""
    from eval.demo import demo_settings, prepare_demo
    from eval.report import write_report
    from eval.run import Plan, default_folder, evaluate
    from eval.systems import open_system
    from eval.tables import results

    settings = cli.settings_of(options)
    now = datetime.now().astimezone()
    demo = demo_settings(settings)
    prepare_demo(demo)
    questions, _ = asking.read(options.questions)
    runs, code = [], cli.DONE
    for name in ("citewire",) if options.no_textbook else ("citewire", "textbook"):
        system = (
            open_system(demo, today=now.date())
            if name == "citewire"
            else asking.open_textbook(demo)
        )
        plan = Plan(default_folder(settings.home, now, name), now,
                    workers=4 if demo.llm else 1)  # fmt: skip
        try:
            run, outcome = evaluate(system, questions, plan, Meter(system.name))
        finally:
            system.close()
        runs.append(run)
        code = max(code, asking.code_of(outcome))
    print(results(runs[0].scored))
    page = runs[0].folder / "report.html"
    write_report(runs, page)
    if demo.llm is None:
        print()
        code = max(code, cli.run(lambda _: _judged(runs[0].folder, None), ()))
    print(f"\nreport: {page}")
    return code


def _gate(options: argparse.Namespace) -> int:
    from eval.gate import GATE

    path = options.gate or GATE
    folder = options.run or _gate_run(cli.settings_of(options), options.questions)
    if options.update or options.allow_lower:
        return _update_gate(folder, path, options.allow_lower)
    return _judged(folder, path)


def _gate_run(settings: Settings, file: Path) -> Path:
    """A new run of the demo corpus as the gate wants it, nothing taken over."""
    from eval.demo import demo_settings, prepare_demo
    from eval.gate import gate_settings
    from eval.run import Plan, evaluate
    from eval.systems import open_system

    demo = demo_settings(gate_settings(settings))
    prepare_demo(demo)
    questions, _ = asking.read(file)
    now = datetime.now().astimezone()
    plan = Plan(settings.home / "runs" / "gate", now, "gate", fresh=True)
    system = open_system(demo, today=now.date())
    try:
        evaluate(system, questions, plan, Meter("gate"))
    finally:
        system.close()
    return plan.folder


def _judged(folder: Path, path: Path | None) -> int:
    from eval.gate import GATE, check_run, judge, read_gate
    from eval.run import load_run
    from eval.tables import gate_lines

    run = load_run(folder)
    check_run(run)
    lines, problems = judge(read_gate(path or GATE), run)
    print(gate_lines(lines))
    for problem in problems:
        cli.complain(problem)
    missed = [line.name for line in lines if not line.passed]
    if missed:
        cli.complain(f"gate failed: {', '.join(missed)}; see citewire-eval report {folder}")
    if missed or problems:
        return cli.FAILED
    print(f"gate passed: {len(lines)} limits kept")
    return cli.DONE


def _update_gate(folder: Path, path: Path, allow_lower: str | None) -> int:
    from eval.gate import check_run, read_gate, updated, write_gate
    from eval.run import load_run

    run = load_run(folder)
    check_run(run)
    old = read_gate(path) if path.exists() else None
    gate = updated(old, run, allow_lower, date.today())
    write_gate(path, gate)
    print(f"{path}: {len(gate.limits)} limits set")
    return cli.DONE


def _compare(options: argparse.Namespace) -> int:
    from eval.compare import as_text, compare
    from eval.run import load_run

    found = compare(load_run(options.a), load_run(options.b))
    print(as_text(found, len(found.changes) if options.all else 20))
    return cli.DONE


def _report(options: argparse.Namespace) -> int:
    from eval.report import write_report
    from eval.run import load_run, newest_run

    folders = options.runs or [newest_run(cli.settings_of(options).home)]
    path = options.out or folders[0] / "report.html"
    write_report([load_run(folder) for folder in folders], path)
    print(f"report: {path}")
    return cli.DONE


def _validate(options: argparse.Namespace) -> int:
    articles = None
    if options.corpus:
        from eval.systems import stored_articles
        from rag.store import open_store

        store = open_store(cli.settings_of(options))
        try:
            articles = {a.url: a.text for a in stored_articles(store)}
        finally:
            store.close()
    problems = check_questions(options.questions, articles)
    for problem in problems:
        print(problem)
    wrong = sum(p.fatal for p in problems)
    print(f"{options.questions}: {wrong} wrong, {len(problems) - wrong} doubtful")
    return cli.FAILED if wrong else cli.DONE


def _price(text: str) -> tuple[float, float]:
    try:
        prompt, completion = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not two prices: write for example 0.15,0.60"
        ) from None
    return prompt, completion
