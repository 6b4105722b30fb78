"""The chain over a real HTTP server: only supported sentences come through."""

from __future__ import annotations

import itertools
import time

import pytest

from rag import prompts
from rag.chain import ChainAnswerer, estimate
from rag.errors import ModelAuthError, ModelError
from rag.newsroom import Condenser
from rag.types import DoneEvent, Overview, Reason, StageEvent, Status, TextEvent

GOOD = "Amazon will cut about 14,000 corporate jobs. [1] It expects to save $8 billion a year. [1]"


@pytest.fixture
def ask(serve, servers, chain, llm_settings, newsdesk):
    """Ask with scripted replies; gives the events and the server."""

    def run(*behaviours, question=newsdesk.HOW_MANY, hits=newsdesk.NEWS, **settings):
        behaviours = [servers.says(b) if isinstance(b, str) else b for b in behaviours]
        server = serve(*behaviours)
        answerer = chain(llm_settings(server, **settings))
        events = list(answerer.answer(newsdesk.query(question), hits))
        newsdesk.check_citations(newsdesk.last(events), hits)
        return events, server

    return run


def test_sentences_stream_with_their_spans(ask, newsdesk):
    events, server = ask(GOOD)
    answer = newsdesk.last(events)
    assert answer.text == (
        "Amazon will cut about 14,000 corporate jobs. [1] It expects to save $8 billion a year "
        "(wording not confirmed). [2]"  # the article: it expects the cuts to save that
    )
    assert [c.status for c in answer.claims] == [Status.SUPPORTED, Status.PARTIAL]
    assert [c.quote for c in answer.citations] == [
        "Amazon said on Tuesday that it will cut about 14,000 corporate jobs.",
        "The company expects the cuts to save $8 billion a year.",
    ]
    assert answer.model == "openai:scripted"
    assert answer.prompt_hash == prompts.load("answer").hash
    assert answer.tokens == {"prompt": 100, "completion": 7}
    assert not answer.abstained
    assert answer.notes == ()
    texts = [e.text for e in events if isinstance(e, TextEvent)]
    assert texts[0] == "Amazon will cut about 14,000 corporate jobs. [1]"
    assert texts[-1] == answer.text
    assert isinstance(events[0], StageEvent)
    assert len(server.requests) == 1


def test_any_story_answers_a_question_for_the_news(
    serve, servers, chain, llm_settings, newsdesk, monkeypatch
):
    monkeypatch.setattr("rag.chain.ON_SUBJECT", 2.0)  # no sentence is near enough by meaning
    story = "UPS reduced its operational workforce by 34,000 positions this year."
    server = serve(servers.says(f"{story} [2]"), servers.says(f"{story} [2]"))
    answerer = chain(llm_settings(server))
    told = Overview("", told=((1, 0), (2, 0)))
    asked = newsdesk.query("What happened in October?", overview=told)
    answer = newsdesk.last(list(answerer.answer(asked, newsdesk.NEWS)))
    assert answer.text.startswith(story.rstrip("."))
    assert answer.model == "openai:scripted"
    quoted = newsdesk.last(
        list(answerer.answer(newsdesk.query("What happened in October?"), newsdesk.NEWS))
    )
    assert story.rstrip(".") not in quoted.text


def test_the_prompt_numbers_dates_and_fences_the_passages(ask):
    _, server = ask(GOOD)
    system, user = (m["content"] for m in server.requests[0]["messages"])
    assert "Today is 1 November 2025" in system
    assert "[1] Harbor Wire, 28 October 2025: Amazon to cut 14,000 corporate jobs" in user
    assert "[2] The Ledger, 28 October 2025: UPS trims its network" in user
    fence = user.split("\n", 1)[0]
    assert "between the two marker lines" in system
    assert fence not in system  # the same for all questions, so that providers can cache it
    assert user.count(fence) == 2
    _, other = ask(GOOD)
    assert fence not in other.requests[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        "Amazon will cut about 40,000 corporate jobs. [1]",  # wrong number
        "Microsoft will cut about 14,000 corporate jobs. [1]",  # wrong name
        "Amazon expects to save €8 billion a year. [1]",  # wrong unit
        "Amazon said so on Friday. [1]",  # wrong day
        "Amazon will not cut 14,000 corporate jobs. [1]",  # denied
        "Andy Jassy resigned on Tuesday. [1]",  # invented
        "The company reduced its operational workforce by 34,000 positions. [2]",  # not Amazon
        "The weather will be fine.",  # neither cited nor supported
    ],
)
def test_what_the_articles_do_not_say_is_left_out(ask, newsdesk, reply):
    events, _ = ask(f"{reply} Amazon will cut about 14,000 corporate jobs. [1]")
    answer = newsdesk.last(events)
    assert answer.text == "Amazon will cut about 14,000 corporate jobs. [1]"
    assert answer.notes == ("1 sentence of the model left out: not supported by the articles.",)
    for event in events:
        if isinstance(event, TextEvent):
            assert reply.split(" [")[0] not in event.text


@pytest.mark.parametrize("marks", ["[2]", "[9]", "[0]", "", "[1, 2, 77]", "【1】", "(passage 1)"])
def test_citations_are_repaired(ask, newsdesk, marks):
    events, _ = ask(f"Amazon will cut about 14,000 corporate jobs. {marks}")
    answer = newsdesk.last(events)
    assert answer.text == "Amazon will cut about 14,000 corporate jobs. [1]"
    assert [c.passage_id for c in answer.citations] == [1]


def test_two_articles_are_not_put_together(ask, newsdesk):
    hits = (
        newsdesk.hit(
            1, "Nvidia results", "A", "2025-08-27", "Nvidia reported sales of $46.7 billion."
        ),
        newsdesk.hit(2, "Klarna", "B", "2025-05-09", "Chief executive Sebastian Siem was sorry."),
    )
    events, _ = ask(
        "The chief executive of Nvidia is Sebastian Siem. [1][2] "
        "Nvidia reported sales of $46.7 billion. [1]",
        question="What sales did Nvidia report?",
        hits=hits,
    )
    assert newsdesk.last(events).text == "Nvidia reported sales of $46.7 billion. [1]"


def test_a_comparison_may_cite_two_articles(ask, newsdesk):
    events, _ = ask(
        "Amazon will cut about 14,000 corporate jobs, while UPS reduced its workforce by "
        "34,000 positions. [1][2]",
        question="How do the job cuts of Amazon and UPS compare?",
    )
    answer = newsdesk.last(events)
    assert {c.passage_id for c in answer.citations} == {1, 2}


def test_no_answer_is_a_flag(ask, newsdesk):
    events, _ = ask("NO_ANSWER", question="How many corporate jobs is Amazon creating in Poland?")
    answer = newsdesk.last(events)
    assert answer.abstained
    assert answer.reason in (Reason.NOTHING_FOUND, Reason.NOT_YET_REPORTED)
    assert answer.claims == ()
    assert "NO_ANSWER" not in answer.text
    assert answer.model == "openai:scripted"


def test_a_phrase_of_refusal_is_no_flag(ask, newsdesk):
    events, _ = ask("I don't know. The passages do not contain the answer. " + GOOD)
    assert not newsdesk.last(events).abstained


def test_a_flag_beside_supported_sentences_is_dropped(ask, newsdesk):
    events, _ = ask("Amazon will cut about 14,000 corporate jobs. [1]\nNO_ANSWER")
    answer = newsdesk.last(events)
    assert answer.text == "Amazon will cut about 14,000 corporate jobs. [1]"


def test_nothing_supported_ends_in_quotations_and_says_so(ask, newsdesk):
    events, _ = ask("Acme bought Globex for $3. [1]")
    answer = newsdesk.last(events)
    assert answer.model == "extractive"
    assert "14,000" in answer.text
    assert "Quoting them instead" in answer.notes[0]


def test_without_passages_the_model_is_not_asked(ask, newsdesk):
    events, server = ask(GOOD, hits=())
    assert newsdesk.last(events).abstained
    assert server.requests == []


def test_a_thinking_model_shows_its_answer_only(ask, newsdesk):
    events, _ = ask("<think>Amazon will cut about 14,000 corporate jobs. [1] Hm.</think>" + GOOD)
    assert len(newsdesk.last(events).claims) == 2


def test_a_model_in_a_loop_is_stopped(ask, newsdesk, servers):
    drip = servers.drips(itertools.repeat("The answer is:\n\n"), 0.01)
    events, server = ask(drip, llm_timeout=20.0)
    assert newsdesk.last(events).model == "extractive"
    assert server.times


def test_long_context_is_cut_to_the_window(ask, newsdesk):
    many = tuple(
        newsdesk.hit(n, f"Story {n}", "Wire", "2025-01-01", f"Acme {n} did a thing. " * 30)
        for n in range(3, 40)
    )
    hits = (newsdesk.CUTS, *many)
    _, server = ask(GOOD, hits=hits, llm_context=2048)
    prompt = "".join(m["content"] for m in server.requests[0]["messages"])
    assert estimate(prompt) <= 2048 - 512
    assert "[1] Harbor Wire" in prompt
    assert "[3]" in prompt
    assert "[30]" not in prompt


def test_a_first_passage_too_long_is_shortened(ask, newsdesk):
    text = newsdesk.CUTS.passage.text + " And so it went on." * 400
    hits = (newsdesk.hit(1, "Amazon", "Wire", "2025-10-28", text),)
    _, server = ask(GOOD, hits=hits, llm_context=1024)
    assert "14,000" in server.requests[0]["messages"][1]["content"]
    assert estimate("".join(m["content"] for m in server.requests[0]["messages"])) < 900


def test_a_prompt_too_long_for_the_model_is_halved(ask, newsdesk, servers):
    refusal = servers.fails(400, "request exceeds the available context size")
    many = tuple(
        newsdesk.hit(n, f"Story {n}", "Wire", "2025-01-01", f"Acme {n} did a thing. " * 30)
        for n in range(2, 20)
    )
    events, server = ask(refusal, GOOD, hits=(newsdesk.CUTS, *many))
    first, second = (len(r["messages"][1]["content"]) for r in server.requests)
    assert second < 0.7 * first
    assert newsdesk.last(events).model == "openai:scripted"


FAILURES = {
    "slow": lambda s: s.silent(60),
    "endless": lambda s: s.drips((f"word{n} " for n in itertools.count()), 0.02),
    "cut": lambda s: s.breaks("Amazon will"),
    "cut politely": lambda s: s.breaks("Amazon will", politely=True),
    "429": lambda s: s.fails(429, "slow down", Retry_After="60"),
    "500": lambda s: s.fails(500),
    "malformed": lambda s: s.garbles(b"data: {oops\n\n"),
    "empty": lambda s: s.says(""),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_provider_ends_in_quotations_within_the_limit(ask, newsdesk, servers, name):
    began = time.monotonic()
    events, _ = ask(FAILURES[name](servers), llm_timeout=2.0)
    assert time.monotonic() - began < 2.0 + 15.0  # the slow ones go on for longer
    answer = newsdesk.last(events)
    assert answer.model == "extractive"
    assert "14,000" in answer.text
    assert len(answer.notes) == 1
    assert answer.notes[0].startswith("openai:scripted")
    assert answer.notes[0].endswith("Quoting the articles instead.")


def test_what_was_verified_before_a_cut_stays_with_a_note(ask, newsdesk, servers):
    events, _ = ask(servers.breaks("Amazon will cut about 14,000 corporate jobs. [1] It also s"))
    answer = newsdesk.last(events)
    assert answer.text == "Amazon will cut about 14,000 corporate jobs. [1]"
    assert "broke off its answer" in answer.notes[0]


@pytest.mark.parametrize(("code", "kind"), [(401, ModelAuthError), (404, ModelError)])
def test_what_only_the_user_can_mend_is_raised(ask, servers, code, kind):
    with pytest.raises(kind, match="check CITEWIRE_LLM"):
        ask(servers.fails(code, "no"))


def test_stopping_stops_the_provider(serve, servers, chain, llm_settings, newsdesk):
    words = itertools.chain([GOOD, " "], itertools.count())
    server = serve(servers.drips((f"{w} " for w in words), 0.02))
    events = chain(llm_settings(server)).answer(newsdesk.query(), newsdesk.NEWS)
    assert any(isinstance(event, TextEvent) for event in events)
    closed = time.monotonic()
    events.close()
    while not server.left and time.monotonic() - closed < 15:
        time.sleep(0.01)
    assert server.left


def test_a_waiting_reader_sees_signs_of_life(serve, servers, chain, llm_settings, newsdesk):
    server = serve(servers.silent(60))
    events = chain(llm_settings(server)).answer(newsdesk.query(), newsdesk.NEWS)
    seen = list(itertools.islice(events, 2))
    assert seen[1] == StageEvent("answer", "waiting for openai:scripted")
    events.close()


def test_as_a_runnable(serve, servers, chain, llm_settings, newsdesk):
    server = serve(servers.says(GOOD))
    runnable = chain(llm_settings(server)).as_runnable()
    given = {"query": newsdesk.query(), "hits": newsdesk.NEWS}
    answer = runnable.invoke(given)
    assert len(answer.claims) == 2
    parts = list(runnable.stream(given))
    assert parts[-1].text == answer.text
    assert answer.text.startswith(parts[0].text)
    assert len(runnable.batch([given, given])) == 2


@pytest.mark.llm
def test_a_real_model_behind_real_http(gguf_file, home, chain, newsdesk):
    from rag.settings import Settings

    settings = Settings(home=home, llm=f"gguf:{gguf_file}", llm_context=2048, threads=1)
    events = list(chain(settings).answer(newsdesk.query(), newsdesk.NEWS))
    answer = newsdesk.last(events)
    newsdesk.check_citations(answer, newsdesk.NEWS)
    assert isinstance(events[-1], DoneEvent)
    assert not answer.abstained
    assert answer.prompt_hash
    for claim in answer.claims:
        assert claim.citations


def test_the_chain_is_a_condenser():
    assert issubclass(ChainAnswerer, Condenser)
