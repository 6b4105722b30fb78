"""The rarer subcommands of ``citewire-eval``: ablation, judge, convert, draft, bench."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from eval import asking
from eval.dataset import GOLDEN
from rag import cli
from rag.errors import InputError, SettingsError
from rag.settings import Settings
from rag.types import Article


def add_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommands to a parser."""
    sub = actions.add_parser("ablation", help="what each part of retrieval is worth")
    asking.add_options(sub, required=False)
    sub.add_argument("--header", action="store_true",
                     help="also without contextual headers (embeds all anew)")  # fmt: skip
    sub.add_argument("--out", metavar="FILE", type=Path, help="write the table as JSON too")
    sub.set_defaults(action=_ablation)

    sub = actions.add_parser("judge", help="have a chat model judge a run's answers")
    sub.add_argument("run", metavar="RUN", type=Path)
    sub.add_argument("--repeats", metavar="N", type=asking.whole(1, 15), default=3)
    cli.add_home(sub)
    sub.set_defaults(action=_judge)

    sub = actions.add_parser("convert", help="make a question file of other data")
    sub.add_argument("kind", choices=("squad", "beir", "trec", "realtimeqa"))
    sub.add_argument("data", metavar="PATH", type=Path)
    sub.add_argument("--qrels", metavar="FILE", type=Path, help="judgements (trec, beir)")
    sub.add_argument("--out", metavar="FILE", type=Path, required=True, help="questions (.jsonl)")
    sub.add_argument("--corpus-out", metavar="FILE", type=Path, help="articles (.jsonl)")
    sub.set_defaults(action=_convert)

    sub = actions.add_parser("draft", help="propose questions from the stored articles")
    sub.add_argument("--count", metavar="N", type=asking.whole(1, 5000), default=30)
    sub.add_argument("--seed", metavar="N", type=asking.whole(0, 10**9), default=0)
    sub.add_argument("--out", metavar="FILE", type=Path, required=True, help="questions (.jsonl)")
    cli.add_home(sub)
    sub.set_defaults(action=_draft)

    sub = actions.add_parser("bench", help="speed and memory against two yardsticks")
    sub.add_argument("--characters", metavar="N", type=asking.whole(1000, 10**9),
                     default=1_500_000, help="text of the ingest figures; 1,500,000 are about "
                     "2,000 passages")  # fmt: skip
    sub.add_argument("--corpus", metavar="PATH", type=Path,
                     help="ingest these articles there, not the demo's")  # fmt: skip
    sub.add_argument("--sizes", metavar="N,N,…", type=_sizes,
                     default=(10_000, 25_000, 50_000, 200_000),
                     help="passages of the growth curve; 0 leaves it out")  # fmt: skip
    sub.add_argument("--seconds", metavar="N", type=asking.whole(1, 3600), default=20,
                     help="length of the load test")  # fmt: skip
    sub.add_argument("--users", metavar="N", type=asking.whole(1, 256), default=8)
    sub.add_argument("--url", help="load this endpoint instead of a newsroom in this process")
    sub.add_argument("--out", metavar="DIR", type=Path)
    cli.add_home(sub)
    sub.set_defaults(action=_bench)


def _ablation(options: argparse.Namespace) -> int:
    from eval.ablation import ablate, as_text, record
    from eval.run import write_json

    questions, problems = asking.read(options.questions)
    settings = asking.settings_of(options)
    rows = ablate(
        settings, questions, today=date.today(), as_of=options.as_of, bare=options.header,
        progress=lambda name: print(f"ablation: {name}", file=sys.stderr),
    )  # fmt: skip
    print(as_text(rows))
    if options.out:
        write_json(options.out, record(rows))
    return cli.PARTLY if problems else cli.DONE


def _judge(options: argparse.Namespace) -> int:
    from eval.judge import as_text, judge
    from eval.run import load_run, write_json

    run = load_run(options.run)
    judged = judge(run.scored, _model(cli.settings_of(options)), repeats=options.repeats)
    write_json(options.run / "judge.json", judged.record())
    print(as_text(judged))
    return cli.DONE if judged.right else cli.FAILED


def _model(settings: Settings) -> Callable[[str], str]:
    """The configured chat model as a function of the prompt."""
    if settings.llm is None:
        raise SettingsError(
            "no chat model is configured: set CITEWIRE_LLM=provider:model, "
            "for example openai:gpt-4o-mini"
        )
    from rag.llm import chat_model

    model = chat_model(settings)
    return lambda prompt: str(model.invoke(prompt).text)


def _convert(options: argparse.Namespace) -> int:
    from eval.dataset import write_questions
    from eval.readers import read, write_corpus

    data = read(options.kind, options.data, options.qrels)
    _write(lambda: write_questions(options.out, data.questions), options.out)
    print(f"{options.out}: {len(data.questions)} questions")
    if options.corpus_out:
        if not data.articles:
            cli.complain(f"{options.kind} brings no articles: {options.corpus_out} not written")
        else:
            write_corpus(options.corpus_out, data.articles)
            print(f"{options.corpus_out}: {len(data.articles)} articles")
    for line in data.skipped:
        cli.complain(f"left out {line}")
    return cli.PARTLY if data.skipped else cli.DONE


def _draft(options: argparse.Namespace) -> int:
    from eval.draft import draft, draft_line
    from eval.systems import stored_articles
    from rag.store import open_store

    settings = cli.settings_of(options)
    if options.out.exists():
        raise InputError(f"{options.out} exists: drafts never replace a file, name another")
    store = open_store(settings)
    try:
        articles = stored_articles(store)
    finally:
        store.close()
    write = _model(settings) if settings.llm else None
    drafts = draft(articles, options.count, seed=options.seed, write=write)
    if not drafts.questions:
        raise InputError(
            f"no question could be drawn from the {len(articles)} articles in {settings.home}"
        )
    text = "".join(draft_line(question) for question in drafts.questions)
    _write(lambda: options.out.write_text(text, encoding="utf-8"), options.out)
    print(f"{options.out}: {len(drafts.questions)} drafts to edit")
    if drafts.unusable:
        print(f"{drafts.unusable} proposals of the model could not be used", file=sys.stderr)
    return cli.DONE


def _write(action: Callable[[], Any], path: Path) -> None:
    try:
        action()
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror}") from None


def _bench(options: argparse.Namespace) -> int:
    from eval import bench
    from eval.benchpage import as_text, write_page
    from eval.demo import demo_articles, demo_settings, prepare_demo
    from eval.run import write_json

    settings = cli.settings_of(options)
    now = datetime.now().astimezone()
    folder = options.out or settings.home / "runs" / f"{now:%Y%m%d-%H%M%S}-bench"
    demo = demo_settings(settings)
    prepare_demo(demo)
    articles, (questions, _) = demo_articles(), asking.read(GOLDEN)
    result: dict[str, Any] = {"created": now.isoformat(timespec="seconds"),
                              "threads": settings.threads, "backend": settings.backend}  # fmt: skip
    _say("ingest: the encoder alone, citewire, the textbook pipeline")
    corpus = _articles(options.corpus) if options.corpus else articles
    result["ingest"] = bench.ingest_speed(demo, bench.sized(corpus, options.characters))
    _say("questions: citewire and the textbook pipeline")
    result["query"] = bench.query_speed(demo, questions, now.date())
    _say(f"load: {options.users} users for {options.seconds} s")
    result["load"] = _load(options, demo, [q.question for q in questions if not q.history])
    if options.sizes != (0,):
        from eval.growth import growth

        work = partial(growth, questions=questions, sizes=options.sizes)
        result["growth"] = bench.apart(work, demo, articles)["rows"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't make {folder}: {error.strerror}") from None
    write_json(folder / "bench.json", result)
    write_page(result, folder / "bench.html")
    print(as_text(result))
    print(f"\n{json.dumps(str(folder / 'bench.json'))[1:-1]}\nplots: {folder / 'bench.html'}")
    return cli.FAILED if result["load"]["errors"] else cli.DONE


def _articles(path: Path) -> list[Article]:
    """The articles of a file or folder; what can't be read is named and left out."""
    from ingest.documents import read_path

    articles = []
    for found in read_path(path):
        if isinstance(found, InputError):
            cli.complain(str(found))
        else:
            articles.append(found)
    if not articles:
        raise InputError(f"{path}: holds no article that can be read")
    return articles


def _load(options: argparse.Namespace, settings: Settings, questions: list[str]) -> dict[str, Any]:
    from eval import bench

    limits = {"users": options.users, "seconds": float(options.seconds)}
    if options.url:
        return bench.load(bench.http_asker(options.url), questions, **limits) | {"of": options.url}
    from rag.newsroom import open_newsroom

    newsroom = open_newsroom(settings)
    try:
        newsroom.ask(questions[0])
        return bench.load(newsroom.ask, questions, **limits) | {"of": "this process"}
    finally:
        newsroom.close()


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (-1,)
    if sizes != (0,) and (min(sizes) < 1 or list(sizes) != sorted(set(sizes))):
        raise argparse.ArgumentTypeError(
            f"{text!r} are not rising sizes: write for example 10000,50000,200000, or 0"
        )
    return sizes
