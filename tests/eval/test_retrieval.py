from __future__ import annotations

import math

import pytest

from eval.dataset import Evidence, Question
from eval.retrieval import as_run, relevant_hits, score_nuggets, score_rankings


def _hit(url, text):
    return {"url": url, "text": text, "start": 0, "end": len(text), "score": 1.0}


QUESTION = Question(
    "q", "?", must_include=(("8 billion", "$8B"), ("14,000",)),
    evidence=(Evidence("https://a.org/1", "the plan saves 8 billion dollars"),
              Evidence("https://a.org/2", "14,000 jobs [are going](https://x.org) now")),
)  # fmt: skip
HITS = [
    _hit("https://a.org/9", "14,000 jobs are going now, said another"),  # right words, wrong page
    _hit("https://a.org/2/", "So **14,000 jobs** are going now."),
    _hit("https://a.org/2", "Again: 14,000 jobs are going now."),
    _hit("https://a.org/1", "and the plan saves 8"),  # the quote is cut by the passage's end
    _hit("https://a.org/1", "dollars"),
]


def test_a_hit_is_relevant_if_it_holds_enough_of_the_quote_in_its_article():
    assert relevant_hits(QUESTION, HITS) == [set(), {1}, {1}, {0}, set()]


def test_a_syndicated_copy_of_a_long_quote_counts():
    quote = "The company expects to save eight billion dollars a year from it"
    asked = Question("q", "?", evidence=(Evidence("https://a.org/1", quote),))
    copy = _hit("https://b.org/7", f"Wire. {quote}, it said.")
    part = _hit("https://b.org/7", "The company expects to save eight billion, said others")
    assert relevant_hits(asked, [copy, part]) == [{0}, set()]


def test_data_judged_by_document_take_any_passage_of_it():
    asked = Question("q", "?", evidence=(Evidence("urn:x:1"),))
    assert relevant_hits(asked, [_hit("urn:x:1", "any"), _hit("urn:x:2", "any")]) == [{0}, set()]


def test_measures_agree_with_values_worked_by_hand():
    scores = score_rankings([QUESTION], [{"hits": HITS}])[0]
    # relevant at ranks 2 and 4; the copy at 3 brings nothing new
    assert scores["hit@1"] == 0
    assert scores["hit@5"] == 1
    assert scores["recall@5"] == 1
    assert scores["mrr@10"] == pytest.approx(1 / 2)
    assert scores["map@10"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    ideal = 1 + 1 / math.log2(3)
    assert scores["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_agrees_with_trec_eval_directly():
    pytrec_eval = pytest.importorskip("pytrec_eval")
    questions = [
        Question(f"q{i}", "?", must_include=(("x",),),
                 evidence=tuple(Evidence(f"u{j}", f"quote number {j}") for j in range(1 + i % 3)))
        for i in range(12)
    ]  # fmt: skip
    records = [
        {"hits": [_hit(f"u{(i * 7 + r) % 11}", f"quote number {(i * 7 + r) % 11}")
                  for r in range(10)]}
        for i in range(12)
    ]  # fmt: skip
    qrels, run = {}, {}
    for question, record in zip(questions, records, strict=True):
        labels, ranking = as_run(question, record)
        qrels[question.id] = {label.doc_id: label.relevance for label in labels}
        run[question.id] = {doc.doc_id: doc.score for doc in ranking}
    measures = {"map_cut.10", "ndcg_cut.10", "recall.5", "success.5", "recip_rank"}
    expected = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
    for question, scores in zip(questions, score_rankings(questions, records), strict=True):
        wanted = expected[question.id]
        assert scores["map@10"] == pytest.approx(wanted["map_cut_10"])
        assert scores["ndcg@10"] == pytest.approx(wanted["ndcg_cut_10"])
        assert scores["recall@5"] == pytest.approx(wanted["recall_5"])
        assert scores["hit@5"] == pytest.approx(wanted["success_5"])
        assert scores["mrr@10"] == pytest.approx(wanted["recip_rank"])
    assert 0 < sum(s["map@10"] for s in score_rankings(questions, records)) < 12


def test_nothing_retrieved_scores_zero_and_no_labels_nothing():
    empty = score_rankings([QUESTION, Question("r", "?")], [{"hits": []}, {"hits": HITS}])
    assert set(empty[0].values()) == {0.0}
    assert empty[1] == {}
    assert score_rankings([], []) == []


def test_two_quotes_in_one_passage_both_count():
    both = Question("q", "?", evidence=(Evidence("u", "one two"), Evidence("u", "three four")))
    scores = score_rankings([both], [{"hits": [_hit("u", "one two, three four")]}])[0]
    assert scores["recall@10"] == 1
    assert scores["mrr@10"] == 1
    assert scores["ndcg@10"] == pytest.approx(1)


def test_nuggets_found():
    assert score_nuggets(QUESTION, {"hits": HITS}) == {
        "nuggets@1": 0.5, "nuggets@5": 0.5, "nuggets@10": 0.5,
    }  # fmt: skip
    assert score_nuggets(QUESTION, {"hits": [_hit("u", "it is $8b")]})["nuggets@1"] == 0.5
    assert score_nuggets(Question("q", "?"), {"hits": HITS}) == {}
