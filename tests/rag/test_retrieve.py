import asyncio
import math
from dataclasses import replace
from datetime import date

import pytest

from ingest.pipeline import ingest
from rag.langchain_retriever import NewsRetriever
from rag.question import understand
from rag.rerank import CrossReranker
from rag.retrieve import RetrievalOptions, Retriever, details
from rag.types import Article, Filters, Order

TODAY = date(2025, 11, 12)


def news(slug, title, text, published, publisher="Daily"):
    return Article(f"https://example.com/{slug}", title, text, publisher, published=published)


WIRE = (
    "Acme Robotics said on Tuesday that it had raised $120 million from Harbour Fund to build a "
    "second factory in Leeds. The round values the company at $900 million, said its chief "
    "executive Ines Okafor. The factory will employ 300 people by the end of next year, and the "
    "first arms leave the line in spring."
)
NEWS = [
    news("a", "Acme raises $120 million", WIRE, "2025-03-04"),
    news("b", "Acme Robotics raises $120 million", WIRE, "2025-03-04", "Wire"),
    news("c", "Acme valued at $2 billion", "Acme Robotics is now valued at $2 billion, it said. "
         "The valuation follows a sale of shares by employees to Harbour Fund.", "2025-10-20"),
    news("d", "Acme's first valuation", "Acme Robotics was valued at $200 million in its first "
         "round, a valuation that Harbour Fund called modest.", "2024-02-02"),
    news("e", "Boreal ships a model", "Boreal released its BX-7b model, which costs $2.50 for a "
         "million tokens and was trained on 512 H100 chips.", "2025-06-10"),
    news("f", "Chips in short supply", "Makers of memory chips say that supply is short. Prices "
         "rose by a fifth in the quarter, the traders said.", None),
    news("g", "Cinder cuts staff", "Cinder will let 80 people go, a tenth of its staff. The "
         "company makes games for phones.", "2025-05-05", "Wire"),
    news("h", "Delta opens a lab", "Delta opened a lab in Oslo where forty chemists look for "
         "better batteries with the help of language models.", "2025-07-07"),
]  # fmt: skip


@pytest.fixture
def retriever(store, encoder):
    ingest(store, NEWS)
    return Retriever(store, encoder)


def find(retriever, question, k=10, **more):
    query = understand(question, as_of=TODAY, publishers=("Daily", "Wire"), **more)
    return retriever.retrieve(query, k)


def slugs(hits):
    return [hit.passage.source.url.rsplit("/", 1)[1] for hit in hits]


def test_best_first_with_both_scores(retriever):
    hits = find(retriever, "What does Boreal's BX-7b cost?")
    assert slugs(hits)[0] == "e"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].bm25 > 0
    assert 0.2 < hits[0].cosine <= 1
    assert all(hit.cosine is not None for hit in hits)
    assert find(retriever, "What does Boreal's BX-7b cost?") == hits


def test_details_are_names_and_figures_but_no_first_words():
    text = "Boreal sold 512 chips. The buyer, Harbour Fund, paid $2.5 million.\nNobody else bid."
    assert details(text) == {"512", "harbour", "fund", "2.5"}


def test_a_passage_that_tells_something_is_lifted(store, encoder):
    told = "The price of the Boreal chip was set by its makers: Cinder and Delta pay 40 euros."
    around = "The price of the Boreal chip was set by its makers, which its buyers did not like."
    ingest(store, [news("around", "Chip", around, "2025-06-01"),
                   news("told", "Chip", told, "2025-06-01")])  # fmt: skip
    question = "What was the price of the Boreal chip set by its makers?"

    def gap(**options):
        hits = find(Retriever(store, encoder, RetrievalOptions(**options)), question)
        score = dict(zip(slugs(hits), (hit.score for hit in hits), strict=True))
        return score["told"] - score["around"]

    assert gap() == pytest.approx(gap(detail=False) + 0.075 * math.log1p(3), abs=1e-6)


def test_passages_beyond_the_second_look_stay_below(store, encoder):
    ingest(store, NEWS)
    hits = find(Retriever(store, encoder, RetrievalOptions(second_look=2)), "Acme valuation")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    everything = find(Retriever(store, encoder), "Acme valuation")
    assert sorted(slugs(hits)) == sorted(slugs(everything))


def test_as_many_as_asked_for(retriever):
    assert len(find(retriever, "Acme", k=3)) == 3
    assert len(find(retriever, "quantum yodelling", k=5)) == 5


def test_a_syndicated_story_comes_once(retriever):
    found = slugs(find(retriever, "How much did Acme Robotics raise for its Leeds factory?"))
    assert found[0] in "ab"
    assert len({"a", "b"} & set(found)) == 1
    alone = replace(retriever.options, diversity=False)
    both = Retriever(retriever.store, retriever.encoder, alone)
    assert {"a", "b"} <= set(slugs(find(both, "How much did Acme Robotics raise for Leeds?")))


def test_latest_and_first_are_preferred_when_asked_for(retriever):
    latest = find(retriever, "What is the latest valuation of Acme Robotics?")
    assert slugs(latest)[0] == "c"
    query = understand("What is the valuation of Acme Robotics?", as_of=TODAY)
    first = retriever.retrieve(replace(query, order=Order.FIRST))
    assert slugs(first)[0] == "d"


def test_a_mentioned_period_is_preferred_and_the_rest_stays(retriever):
    early = slugs(find(retriever, "What was Acme Robotics' valuation in February 2024?"))
    late = slugs(find(retriever, "What was Acme Robotics' valuation in October 2025?"))
    assert early[0] == "d"
    assert late[0] == "c"
    assert "c" in early


def test_filters_are_exact(retriever):
    limits = Filters(since=date(2025, 5, 1), until=date(2025, 7, 31))
    assert set(slugs(find(retriever, "Acme chips", filters=limits))) == {"e", "g", "h"}
    undated = replace(limits, undated=True)
    assert set(slugs(find(retriever, "Acme chips", filters=undated))) == {"e", "f", "g", "h"}
    assert set(slugs(find(retriever, "According to Wire, who cuts staff?"))) == {"b", "g"}
    assert find(retriever, "Acme", filters=Filters(since=date(2030, 1, 1))) == []


def test_parts_are_searched_side_by_side(retriever):
    question = "How many people does Cinder let go, and what does the BX-7b model cost?"
    hits = find(retriever, question)
    assert set(slugs(hits)[:2]) == {"e", "g"}
    assert {hit.part for hit in hits[:2]} == {1, 2}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    "off", ["dense", "lexical", "time", "detail", "decomposition", "diversity"]
)
def test_each_part_can_be_switched_off(retriever, off):
    options = replace(RetrievalOptions(), **{off: False})
    hits = find(Retriever(retriever.store, retriever.encoder, options), "BX-7b model by Boreal")
    assert slugs(hits)[0] == "e"
    assert (hits[0].cosine is None) == (off == "dense")
    assert (hits[0].bm25 is None) == (off == "lexical")


def test_a_reranker_has_the_last_word(retriever):
    seen = []

    def predict(pairs):
        seen.extend(pairs)
        return [float("chemists" in text) for _, text in pairs]

    again = Retriever(retriever.store, retriever.encoder, reranker=CrossReranker(predict))
    hits = find(again, "Who raised money for a factory?", k=2)
    assert slugs(hits)[0] == "h"
    assert len(hits) == 2
    assert all(question == "Who raised money for a factory?" for question, _ in seen)
    assert any(text.startswith("Delta opens a lab | 7 July 2025") for _, text in seen)


def test_an_empty_store(store, encoder):
    assert find(Retriever(store, encoder), "Anything?") == []


@pytest.mark.parametrize("text", ["", "???", "(", "\x00", "C++ (2024", "🤖"])
def test_no_question_raises(retriever, text):
    find(retriever, text)


def test_for_langchain(retriever):
    peer = NewsRetriever(retriever=retriever, k=3, clock=lambda: TODAY)
    question = "What does Boreal's BX-7b cost?"
    documents = peer.invoke(question)
    assert len(documents) == 3
    best = documents[0]
    assert best.metadata["url"] == "https://example.com/e"
    assert best.metadata["published"] == "2025-06-10"
    stored = retriever.store.article(best.metadata["url"])
    assert stored.text[best.metadata["start"] : best.metadata["end"]] == best.page_content
    assert asyncio.run(peer.ainvoke(question)) == documents
    assert peer.batch([question, "Who cuts staff?"])[0] == documents
    assert asyncio.run(peer.abatch([question]))[0] == documents
    limited = NewsRetriever(retriever=retriever, filters=Filters(publishers=("Wire",)))
    assert {d.metadata["publisher"] for d in limited.invoke(question)} == {"Wire"}
