"""The command line over the real demo corpus, with few questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.commands import build_parser
from eval.dataset import GOLDEN, read_questions, write_questions
from eval.demo import FOLDER, STAMP, demo_articles, made_of_hash
from eval.systems import NewsroomSystem
from rag.extractive import PASSAGES
from rag.settings import Settings


@pytest.fixture(scope="module")
def data_home(tmp_path_factory, demo_home) -> Path:
    """A data directory whose demo store is made already."""
    folder = tmp_path_factory.mktemp("eval")
    shutil.copytree(demo_home, folder / FOLDER)
    settings = Settings(home=folder / FOLDER)
    (folder / FOLDER / STAMP).write_text(made_of_hash(demo_articles(), settings))
    return folder


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> Path:
    """Six golden questions, two of them unanswerable."""
    questions = read_questions(GOLDEN)[0]
    chosen = [q for q in questions if not q.unanswerable][:4]
    chosen += [q for q in questions if q.unanswerable][:2]
    path = tmp_path_factory.mktemp("questions") / "few.jsonl"
    write_questions(path, chosen)
    return path


@pytest.fixture(scope="module")
def run_folder(data_home, few) -> Path:
    folder = data_home / "runs" / "one"
    arguments = ["run", "--demo", "--home", str(data_home), "--questions", str(few)]
    assert main([*arguments, "--out", str(folder), "--label", "one"]) == 0
    return folder


def test_answer_writes_the_contracts_record(tmp_path, data_home, few, newsroom):
    out = tmp_path / "a.jsonl"
    arguments = ["answer", "--questions", str(few), "--out", str(out),
                 "--home", str(data_home / FOLDER)]  # fmt: skip
    assert main(arguments) == 0
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in records] == [q.id for q in read_questions(few)[0]]
    for record in records:
        assert {"id", "question", "answer", "abstained", "reason", "claims", "citations", "hits",
                "as_of", "model", "seconds"} <= record.keys()  # fmt: skip
        assert set(record["seconds"]) == {"understand", "retrieve", "answer", "total"}
        assert len(record["hits"]) >= 10
        assert record["as_of"] == "2025-12-31"
        for citation in record["citations"]:
            text = newsroom.store.article(citation["url"]).text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    before = out.read_text(encoding="utf-8")
    assert main(arguments) == 0
    assert out.read_text(encoding="utf-8") == before  # nothing was asked again


def test_top_k_gives_more_passages_and_never_fewer_than_quoting_reads(tmp_path, data_home, few):
    for k, wanted in ((50, 50), (3, PASSAGES)):
        out = tmp_path / f"{k}.jsonl"
        code = main(["answer", "--questions", str(few), "--out", str(out), "--top-k", str(k),
                     "--home", str(data_home / FOLDER)])  # fmt: skip
        assert code == 0
        assert all(len(json.loads(line)["hits"]) == wanted for line in out.read_text().splitlines())


def test_bad_lines_and_questions_are_named_and_the_rest_answered(tmp_path, data_home, few, capsys):
    path = tmp_path / "mixed.jsonl"
    first = few.read_text().splitlines()[0]
    huge = json.dumps({"id": "huge", "question": "why " * 5000})
    path.write_text(f"{first}\nnot json\n{huge}\n")
    out = tmp_path / "a.jsonl"
    code = main(["answer", "--questions", str(path), "--out", str(out),
                 "--home", str(data_home / FOLDER)])  # fmt: skip
    assert code == 3
    said = capsys.readouterr().err
    assert f"{path}:2: not JSON" in said
    assert "question huge failed" in said
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(records) == 2
    assert "error" in records[1]


def test_nothing_to_ask_or_to_ask_of(tmp_path, ready_home, few, capsys):
    code = main(["answer", "--questions", str(tmp_path / "no.jsonl"), "--out", "x",
                 "--home", str(ready_home)])  # fmt: skip
    assert code == 1
    assert "can't read the questions" in capsys.readouterr().err
    code = main(["run", "--questions", str(few), "--home", str(ready_home)])
    assert code == 1
    assert "holds no articles" in capsys.readouterr().err


def test_wrong_usage_ends_with_2(capsys):
    for arguments in ([], ["answer"], ["run", "--top-k", "0"], ["run", "--as-of", "soon"],
                      ["run", "--price", "1"], ["bench", "--sizes", "5,3"],
                      ["run", "--http", "x", "--textbook"], ["nonsense"]):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    capsys.readouterr()


def test_run_writes_a_folder_and_prints_the_figures(run_folder, capsys, data_home, few):
    info = json.loads((run_folder / "run.json").read_text())
    assert info["settings"]["system"] == "citewire"
    assert len(info["settings"]["corpus"]) == 64
    assert set(info["settings"]["prompts"]) >= {"answer.md"}
    again = ["run", "--demo", "--home", str(data_home), "--questions", str(few)]
    assert main([*again, "--label", "two"]) == 0
    said = capsys.readouterr().out
    assert "citation_recall" in said
    assert "milliseconds" in said
    folders = list((data_home / "runs").glob("*-two"))
    assert len(folders) == 1
    assert json.loads((folders[0] / "run.json").read_text())["answers_kept"] == 6


def test_compare_and_report(run_folder, capsys, data_home, tmp_path):
    assert main(["compare", str(run_folder), str(run_folder), "--all"]) == 0
    assert "0 answers differ" in capsys.readouterr().out
    assert main(["report", "--home", str(data_home)]) == 0
    path = Path(capsys.readouterr().out.strip().removeprefix("report: "))
    assert "<svg" in path.read_text(encoding="utf-8")
    out = tmp_path / "side.html"
    assert main(["report", str(run_folder), str(run_folder), "--out", str(out)]) == 0
    assert "Side by side" in out.read_text(encoding="utf-8")
    assert main(["compare", str(run_folder), str(tmp_path)]) == 1
    assert "not a finished run" in capsys.readouterr().err


def test_gate(run_folder, capsys, data_home, few, tmp_path):
    path = tmp_path / "gate.json"
    common = ["gate", "--home", str(data_home), "--questions", str(few), "--gate", str(path)]
    assert main(common) == 1
    assert "there is no gate" in capsys.readouterr().err
    assert main([*common, "--update"]) == 0
    assert main(common) == 0
    assert "gate passed" in capsys.readouterr().out
    gate = json.loads(path.read_text())
    gate["limits"]["nuggets@10"] = 1.01
    path.write_text(json.dumps(gate))
    assert main([*common, "--run", str(data_home / "runs" / "gate")]) == 1
    assert "gate failed: nuggets@10" in capsys.readouterr().err
    assert main([*common, "--update"]) == 1
    assert "would weaken nuggets@10 1.010" in capsys.readouterr().err
    assert main([*common, "--update", "--allow-lower", "was beyond reach"]) == 0
    assert json.loads(path.read_text())["lowered"][0]["reason"] == "was beyond reach"


def test_demo_runs_reports_and_judges(capsys, data_home, few):
    code = main(["demo", "--home", str(data_home), "--questions", str(few), "--no-textbook"])
    said = capsys.readouterr()
    assert code == 1  # the floors are for the whole golden set
    assert "the questions are others" in said.err
    path = Path(said.out.splitlines()[-1].removeprefix("report: "))
    assert "citewire (extractive)" in path.read_text(encoding="utf-8")


def test_one_search_alone_against_both(run_folder, capsys, data_home, few):
    """The comparison of fusion and dense retrieval shows its interval."""
    out = data_home / "runs" / "dense"
    arguments = ["run", "--demo", "--home", str(data_home), "--questions", str(few)]
    assert main([*arguments, "--retrieval", "dense", "--no-answers", "--out", str(out)]) == 0
    assert "dense only, no answers" in (out / "run.json").read_text()
    assert main(["compare", str(out), str(run_folder)]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("nuggets@5 "))
    assert "[" in line


def test_ablation(tmp_path, capsys, data_home, few):
    out = tmp_path / "ablation.json"
    code = main(["ablation", "--demo", "--home", str(data_home), "--questions", str(few),
                 "--out", str(out)])  # fmt: skip
    assert code == 0
    assert "BM25 only" in capsys.readouterr().out
    assert json.loads(out.read_text())[0]["name"] == "dense only"


def test_validate(tmp_path, capsys, data_home, few):
    assert main(["validate", str(few), "--corpus", "--home", str(data_home / FOLDER)]) == 0
    assert "0 wrong" in capsys.readouterr().out
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": 1}\n')
    assert main(["validate", str(bad)]) == 1
    assert f'{bad}:1: "question" is missing' in capsys.readouterr().out


def test_convert(tmp_path, capsys):
    data = tmp_path / "r.jsonl"
    row = {
        "question_id": "a",
        "question_sentence": "Which?",
        "choices": ["x", "y"],
        "answer": ["1"],
    }
    data.write_text(json.dumps(row) + "\n" + json.dumps({**row, "answer": ["7"]}) + "\n")
    out = tmp_path / "q.jsonl"
    code = main(["convert", "realtimeqa", str(data), "--out", str(out),
                 "--corpus-out", str(tmp_path / "c.jsonl")])  # fmt: skip
    assert code == 3
    said = capsys.readouterr()
    assert "1 questions" in said.out
    assert "left out" in said.err
    assert "brings no articles" in said.err
    assert read_questions(out)[0][0].must_include == (("y",),)


def test_draft(tmp_path, capsys, data_home):
    out = tmp_path / "drafts.jsonl"
    arguments = ["draft", "--count", "5", "--out", str(out), "--home", str(data_home / FOLDER)]
    assert main(arguments) == 0
    questions, problems = read_questions(out)
    assert len(questions) == 5
    assert problems == []
    assert main(arguments) == 1
    assert "drafts never replace a file" in capsys.readouterr().err
    assert main(["validate", str(out), "--corpus", "--home", str(data_home / FOLDER)]) == 0


def test_judge_needs_a_model(run_folder, capsys, data_home):
    assert main(["judge", str(run_folder), "--home", str(data_home)]) == 1
    assert "no chat model is configured" in capsys.readouterr().err


def test_another_system_under_the_same_questions(tmp_path, capsys, few, monkeypatch, data_home):
    (tmp_path / "other_rag.py").write_text(
        "def ask(sent):\n    return {'answer': 'It is 14,000. [1]', 'context': [\n"
        "        {'url': 'https://x.org', 'text': 'It is 14,000.'}]}\n"
    )
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "run"
    code = main(["run", "--questions", str(few), "--runnable", "other_rag:ask", "--out", str(out),
                 "--home", str(data_home)])  # fmt: skip
    assert code == 0
    info = json.loads((out / "run.json").read_text())
    assert info["system"] == "other_rag:ask"
    assert "quote_exact" not in capsys.readouterr().out


def test_the_system_describes_what_answers_depend_on(newsroom, demo_home):
    from datetime import date

    system = NewsroomSystem(newsroom, Settings(home=demo_home), None, date(2025, 12, 31))
    described = system.describe()
    assert described["as_of"] == "2025-12-31"
    assert len(described["code"]) == 64
    assert system.lookup("https://nowhere.example.com/", None) is None
    assert system.name == "citewire (extractive)"


def test_every_subcommand_has_help():
    text = build_parser().format_help()
    for name in ("answer", "run", "demo", "gate", "compare", "report", "validate", "ablation",
                 "judge", "convert", "draft", "bench"):  # fmt: skip
        assert f"    {name} " in text
