"""``citewire-ingest``: put articles into the store, look at it, take them out."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag import cli
from rag.settings import Settings

if TYPE_CHECKING:
    from ingest.pipeline import Progress, Report
    from rag.store import Store

DEMO = Path(__file__).parent / "demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return cli.run(_main, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = cli.Parser(prog="citewire-ingest", description="Put news articles into the store.")
    cli.add_home(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--home", dest="home_after", metavar="DIR", help=argparse.SUPPRESS)
        return made

    add = command(
        "add", "add files (.txt .md .html .pdf .jsonl .jsonl.gz), folders, article or feed URLs"
    )
    add.add_argument("targets", nargs="+", metavar="PATH|URL")
    add.add_argument("--json", action="store_true", help="print the report as JSON")
    demo = command("demo", "add the bundled demo articles (written for this purpose)")
    demo.add_argument("--if-empty", action="store_true", help="only where the store is empty")
    demo.add_argument("--json", action="store_true", help="print the report as JSON")
    sync = command("sync", "fetch the feeds of the source list and add what is new")
    sync.add_argument("--sources", metavar="FILE", type=Path, help="a sources.toml or OPML file")
    sync.add_argument("--every", metavar="TIME", help="go on and repeat, for example 30m")
    sync.add_argument("--json", action="store_true", help="print the report as JSON")
    sources = command("sources", "show the feeds that sync keeps up with, or export them")
    sources.add_argument("--sources", metavar="FILE", type=Path, help="a sources.toml or OPML file")
    form = sources.add_mutually_exclusive_group()
    form.add_argument(
        "--opml", metavar="FILE", help="write them as OPML to a new file; - prints it"
    )
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    listing = command("list", "list the stored articles, newest first")
    listing.add_argument("--match", metavar="TEXT", help="in the title, address or publisher")
    listing.add_argument("--limit", type=cli.Whole(1, 10**9), default=1000, metavar="N")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = command("show", "show one stored article")
    show.add_argument("url")
    show.add_argument(
        "--version", type=cli.Whole(1, 10**9), metavar="N", help="an older text of it"
    )
    show.add_argument("--json", action="store_true")
    remove = command("remove", "forget articles, all their versions included")
    remove.add_argument("urls", nargs="+", metavar="URL")
    rebuild = command("rebuild", "make Chroma and the lexical index again from the catalogue")
    rebuild.add_argument("--embed", action="store_true", help="embed every passage again as well")
    stats = command("stats", "what the store holds")
    stats.add_argument("--json", action="store_true")
    return parser


def _main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    options.home = options.home_after or options.home
    if options.command == "sources":
        return _sources(options)
    settings = cli.settings_of(options)
    if options.command == "demo" and options.if_empty and _has_articles(settings):
        return cli.DONE
    from rag.store import open_store

    store = open_store(settings)
    try:
        return COMMANDS[options.command](store, options)
    finally:
        store.close()


def _has_articles(settings: Settings) -> bool:
    """Whether the store holds anything, without opening its indexes."""
    path = settings.home / "catalogue.sqlite"
    if not path.is_file():
        return False
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            waiting = db.execute("SELECT count(*) FROM passages WHERE indexed = 0").fetchone()[0]
            return waiting == 0 and bool(db.execute("SELECT 1 FROM articles").fetchone())
    except sqlite3.Error:
        return False


def _add(store: Store, options: argparse.Namespace) -> int:
    from ingest.inputs import read

    def everything() -> Iterator[object]:
        for target in options.targets:
            yield from read(target)

    return _ingest(store, everything, options.json)


def _demo(store: Store, options: argparse.Namespace) -> int:
    from ingest.documents import read_path

    return _ingest(store, lambda: read_path(DEMO), options.json)


def _ingest(store: Store, articles: Callable[[], Iterator[object]], as_json: bool) -> int:
    from ingest.pipeline import ingest

    with ProgressBar() as bar:
        report = ingest(store, articles(), progress=bar.show)  # type: ignore[arg-type]
    return finish(report, as_json)


def finish(report: Report, as_json: bool) -> int:
    """Print a report: the counts on standard output, rejections on standard error."""
    for rejection in report.rejected:
        cli.complain(rejection.what)
    if as_json:
        print(json.dumps(report.record(), ensure_ascii=False))
    else:
        print(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.duplicate} added as copies, {len(report.rejected)} rejected; "
            f"{report.passages} passages in {report.seconds:.1f} s"
        )
    if not report.rejected:
        return cli.DONE
    return cli.PARTLY if report.stored else cli.FAILED


class ProgressBar:
    """Passages embedded, rate and time left, on standard error."""

    def __enter__(self) -> ProgressBar:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bars

        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.fields[articles]} articles"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("passages, {task.fields[rate]:.0f}/s, left"),
            TimeRemainingColumn(),
            TextColumn("of"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=False,
        )
        self._task = self._bars.add_task("ingest", total=None, articles=0, rate=0.0)
        self._bars.start()
        return self

    def show(self, progress: Progress) -> None:
        """Move the bar; the total stays open while articles are still being read."""
        task = self._bars.tasks[0]
        rate = progress.done / task.elapsed if task.elapsed else 0.0
        self._bars.update(
            self._task,
            completed=progress.done,
            total=progress.known,
            articles=progress.articles,
            rate=rate,
        )

    def __exit__(self, *_: object) -> None:
        self._bars.stop()


def _sync(store: Store, options: argparse.Namespace) -> int:
    from ingest.sync import run_sync

    return run_sync(store, options.sources, options.every, options.json)


def _sources(options: argparse.Namespace) -> int:
    """Show or export the source list; it needs no store."""
    import dataclasses

    from ingest import sources

    chosen = sources.load(options.sources)
    if options.opml == "-":
        print(sources.to_opml(chosen), end="")
    elif options.opml:
        sources.export(chosen, Path(options.opml))
        print(f"{len(chosen)} sources written to {options.opml}")
    else:
        for source in chosen:
            if options.json:
                print(json.dumps(dataclasses.asdict(source), ensure_ascii=False))
            else:
                print(f"{source.category or '-'}  {source.name}  {source.url}")
    return cli.DONE


def _list(store: Store, options: argparse.Namespace) -> int:
    for source in store.sources(options.limit, 0, options.match):
        if options.json:
            print(
                json.dumps(
                    {
                        "url": source.url,
                        "title": source.title,
                        "publisher": source.publisher,
                        "published": source.published,
                        "versions": source.version,
                        "story": source.story.id,
                        "copies": source.story.copies,
                    },
                    ensure_ascii=False,
                )
            )
        else:
            day = source.published[:10] if source.published else "unknown   "
            print(f"{day}  {source.publisher or '-'}  {source.title}  {source.url}")
    return cli.DONE


def _show(store: Store, options: argparse.Namespace) -> int:
    stored = store.article(options.url, options.version)
    source = stored.source
    record = {
        "url": source.url,
        "title": source.title,
        "publisher": source.publisher,
        "authors": list(source.authors),
        "published": source.published,
        "published_from": source.published_from.value,
        "updated": source.updated,
        "updated_from": stored.updated_from.value,
        "fetched": source.fetched,
        "language": source.language,
        "summary": stored.summary,
        "version": source.version,
        "versions": stored.versions,
        "story": {
            "id": source.story.id,
            "publishers": list(source.story.publishers),
            "copies": source.story.copies,
        },
        "text": stored.text,
    }
    if options.json:
        print(json.dumps(record, ensure_ascii=False))
        return cli.DONE
    text = record.pop("text")
    for key, value in record.items():
        print(f"{key}: {value if value not in (None, []) else 'unknown'}")
    print(f"\n{text}")
    return cli.DONE


def _remove(store: Store, options: argparse.Namespace) -> int:
    from rag.errors import UnknownArticle

    missing = 0
    with store.writer() as writer:
        for url in options.urls:
            try:
                writer.remove(url)
                print(f"removed {url}")
            except UnknownArticle as error:
                cli.complain(str(error))
                missing += 1
    if not missing:
        return cli.DONE
    return cli.FAILED if missing == len(options.urls) else cli.PARTLY


def _rebuild(store: Store, options: argparse.Namespace) -> int:
    with store.writer() as writer:
        if options.embed:
            writer.forget_vectors()
            count = writer.index()
        else:
            count = writer.rebuild_indexes() + writer.index()
    print(f"{count} passages indexed again")
    return cli.DONE


def _stats(store: Store, options: argparse.Namespace) -> int:
    import dataclasses

    stats = store.stats()
    if options.json:
        print(json.dumps(dataclasses.asdict(stats), ensure_ascii=False))
        return cli.DONE
    print(f"{stats.articles} articles in {stats.stories} stories, {stats.passages} passages")
    if stats.pending:
        print(f"{stats.pending} passages wait for indexing: run citewire-ingest add again")
    print(
        f"dates: {stats.oldest or 'unknown'} to {stats.newest or 'unknown'}, "
        f"{stats.undated} unknown"
    )
    for publisher, count in stats.publishers.items():
        print(f"{count:7d}  {publisher}")
    return cli.DONE


COMMANDS: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "add": _add,
    "demo": _demo,
    "sync": _sync,
    "list": _list,
    "show": _show,
    "remove": _remove,
    "rebuild": _rebuild,
    "stats": _stats,
}


if __name__ == "__main__":
    sys.exit(main())
