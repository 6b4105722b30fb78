"""The inference model: loading, the order of labels, batches, and its veto in the chain."""

from __future__ import annotations

import numpy as np
import pytest

from rag.batches import BATCH
from rag.errors import EncoderError
from rag.nli import CrossJudge, Inference, label_columns, load_judge, reviewed
from rag.settings import Settings
from rag.types import Status
from tests.rag.tiny import save_tiny

TRUE = "Amazon will cut about 14,000 corporate jobs."
SAVING = "It expects to save $8 billion a year."


def settings(folder):
    return Settings(home=folder, nli=str(folder), threads=1)


PAIRS = [("Amazon cuts jobs.", "Jobs are cut."), ("Prices rose.", "Prices fell a lot."), ("a", "b")]


@pytest.mark.parametrize(
    ("labels", "winner"),
    [
        (("contradiction", "entailment", "neutral"), "entailment"),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), "neutral"),
        (("neutral", "Contradiction", "Entailment"), "contradiction"),
    ],
)
def test_a_real_cross_encoder_is_read_by_its_labels(tmp_path, labels, winner):
    """Untrained: it proves the loading and the order of the labels, not the quality."""
    save_tiny(tmp_path, labels)
    judge = load_judge(settings(tmp_path))
    found = judge.judge(PAIRS)
    assert len(found) == 3
    for one in found:
        assert one.entailment + one.neutral + one.contradiction == pytest.approx(1)
        assert getattr(one, winner) > 0.9
    alone = judge.judge(PAIRS[1:2])[0]
    assert alone.entailment == pytest.approx(found[1].entailment, abs=1e-5)


@pytest.mark.parametrize(
    "labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment"), ("toxic", "ok")]
)
def test_a_model_for_something_else_is_refused(tmp_path, labels):
    save_tiny(tmp_path, labels)
    with pytest.raises(EncoderError, match="CITEWIRE_NLI") as caught:
        load_judge(settings(tmp_path))
    assert labels[0] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_name_no_judge_and_a_missing_one_says_what_to_do(tmp_path):
    assert load_judge(Settings(home=tmp_path)) is None
    with pytest.raises(EncoderError, match="CITEWIRE_NLI"):
        load_judge(Settings(home=tmp_path, nli=str(tmp_path / "nothing")))


def test_the_name_comes_from_the_environment(tmp_path):
    loaded = Settings.load(tmp_path, environ={"CITEWIRE_NLI": "some/model"}, dotenv=tmp_path / "no")
    assert loaded.nli == "some/model"


def test_batches_keep_the_order():
    sizes = []

    def predict(pairs):
        sizes.append(len(pairs))
        return np.array([[float(premise.split()[-1]), 0.0, 0.0] for premise, _ in pairs])

    judge = CrossJudge(predict, {"entailment": 0, "neutral": 1, "contradiction": 2})
    pairs = [("x" * (i * 7 % 40) + f" {i / 10}", "h") for i in range(50)]
    found = [one.entailment for one in judge.judge(pairs)]
    assert found == sorted(found)
    assert sum(sizes) == 50
    assert max(sizes) <= BATCH
    assert judge.judge([]) == []


def test_label_columns_ignore_case():
    assert label_columns({0: "Neutral", 1: "ENTAILMENT", 2: "contradiction"}, "m") == {
        "neutral": 0, "entailment": 1, "contradiction": 2,
    }  # fmt: skip


class Scripted:
    """Says of each hypothesis what the test wants; keeps what it was asked."""

    def __init__(self, **verdicts):
        self.verdicts = verdicts
        self.asked = []

    def judge(self, pairs):
        self.asked.append(list(pairs))
        return [self.one(premise, hypothesis) for premise, hypothesis in pairs]

    def one(self, premise, hypothesis):
        said = next((v for word, v in self.verdicts.items() if word in hypothesis), (1.0, 0.0, 0.0))
        if callable(said):
            said = said(premise)
        return Inference(*said)


QUOTE = ["The company saves.", "Amazon cuts. The company saves."]  # the passage names it


@pytest.mark.parametrize(
    ("judged", "status", "support", "expected"),
    [
        ((0.95, 0.05, 0.0), Status.PARTIAL, 0.9, (Status.SUPPORTED, 0.95)),
        ((0.8, 0.2, 0.0), Status.PARTIAL, 0.9, (Status.PARTIAL, 0.8)),  # not sure enough
        ((0.95, 0.05, 0.0), Status.PARTIAL, 0.5, (Status.PARTIAL, 0.5)),  # the check has a doubt
        ((0.8, 0.2, 0.0), Status.SUPPORTED, 1.0, (Status.SUPPORTED, 0.8)),
        ((0.3, 0.7, 0.0), Status.SUPPORTED, 1.0, (Status.PARTIAL, 0.3)),
        ((0.1, 0.3, 0.6), Status.SUPPORTED, 1.0, (Status.PARTIAL, 0.1)),  # the quote is neutral
    ],
)
def test_what_the_passage_entails_decides_on_the_mark(judged, status, support, expected):
    judge = Scripted(It=lambda premise: judged if "Amazon" in premise else (0.1, 0.9, 0.0))
    assert reviewed(judge, SAVING, QUOTE, status, support) == expected


def test_a_denial_by_the_quote_is_final():
    judge = Scripted(It=lambda premise: (0.9, 0.1, 0) if "Amazon" in premise else (0, 0.1, 0.9))
    assert reviewed(judge, SAVING, QUOTE, Status.SUPPORTED, 1.0) == (Status.UNSUPPORTED, 0.0)
    assert reviewed(judge, SAVING, [], Status.SUPPORTED, 1.0) == (Status.UNSUPPORTED, 0.0)


@pytest.fixture
def ask(serve, servers, llm_settings, newsdesk, encoder):
    from rag.chain import ChainAnswerer
    from rag.extractive import ExtractiveAnswerer
    from rag.llm import chat_model

    def run(reply, judge):
        made = llm_settings(serve(servers.says(reply)))
        answerer = ChainAnswerer(
            chat_model(made), encoder, ExtractiveAnswerer(encoder), made, judge
        )
        return newsdesk.last(list(answerer.answer(newsdesk.query(), newsdesk.NEWS)))

    return run


def test_what_the_judge_denies_is_left_out_and_counted(ask):
    judge = Scripted(save=(0.2, 0.2, 0.6), jobs=(0.8, 0.1, 0.1))
    answer = ask(f"{TRUE} [1] {SAVING} [1]", judge)
    assert answer.text == f"{TRUE} [1]"
    assert answer.claims[0].support == pytest.approx(0.8, abs=1e-6)
    assert answer.notes == ("1 sentence of the model left out: not supported by the articles.",)
    assert [len(pairs) for pairs in judge.asked] == [2, 2]  # the quote and the passage, at once


def test_what_the_judge_does_not_find_is_marked(ask):
    answer = ask(f"{TRUE} [1]", Scripted(jobs=(0.2, 0.7, 0.1)))
    assert answer.text == f"{TRUE[:-1]} (wording not confirmed). [1]"
    assert answer.claims[0].status is Status.PARTIAL


def test_the_judge_cannot_save_what_the_check_refuses(ask):
    judge = Scripted()  # entails everything
    answer = ask(f"Amazon will cut about 40,000 corporate jobs. [1] {TRUE} [1]", judge)
    assert answer.text == f"{TRUE} [1]"
    assert all("40,000" not in hypothesis for pairs in judge.asked for _, hypothesis in pairs)


@pytest.mark.parametrize(
    "case",
    [
        (("contradiction", "entailment", "neutral"), "openai:scripted"),
        (("neutral", "contradiction", "entailment"), "extractive"),  # all denied: quoted instead
    ],
)
def test_the_model_that_the_settings_name_is_loaded_and_asked(
    tmp_path, serve, servers, chain, llm_settings, newsdesk, case
):
    labels, model = case
    save_tiny(tmp_path, labels)
    answerer = chain(llm_settings(serve(servers.says(f"{TRUE} [1]")), nli=str(tmp_path)))
    assert answerer._judge is None  # not before it is needed
    answer = newsdesk.last(list(answerer.answer(newsdesk.query(), newsdesk.NEWS)))
    assert answer.model == model
