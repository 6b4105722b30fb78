"""Single rules of the check; the mass of cases is in test_verify_adversarial.py."""

from __future__ import annotations

import random
from dataclasses import replace
from types import ModuleType

import pytest

from rag.repair import repair
from rag.types import Status
from rag.verify import OBJECTED, coverage, span_for, verify

SOURCE = "Harbour Robotics said it will cut about 14,000 jobs, 41% of them in Ghent, to save $8B."


@pytest.mark.parametrize(
    "claim",
    [
        "Harbour Robotics will cut 14k jobs.",
        "Harbour Robotics will cut 14,000 positions.",
        "The cuts should save $8 billion.",
        "The cuts should save 8 billion dollars.",
        "41 percent of the jobs are in Ghent.",
        "About 41 per cent of the cuts are in Ghent.",
    ],
)
def test_the_same_figure_in_other_words(claim: str) -> None:
    verdict = verify(claim, [SOURCE])
    assert verdict.supported, verdict


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ("Harbour Robotics will cut 40,000 jobs.", "40,000 is not in the source"),
        ("The cuts should save $8 million.", "$8 million is not in the source"),
        ("The cuts should save €8 billion.", "€8 billion"),
        ("14% of the jobs are in Ghent.", "14%"),
        ("Dockland Robotics will cut 14,000 jobs.", "Dockland"),
        ("Harbour Robotics will not cut 14,000 jobs.", "does not deny"),
        ("Harbour Robotics will cut 14,000 jobs in 2027.", "2027"),
        ("Harbour Robotics will cut 14,000 trees.", "14,000"),
    ],
)
def test_each_problem_is_named(claim: str, problem: str) -> None:
    verdict = verify(claim, [SOURCE])
    assert not verdict.supported
    assert any(problem in said for said in verdict.problems), verdict


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        # a double denial, a contrast, what was not so only in another world
        (
            "Harbour Robotics acknowledged problems with the plant's safety.",
            "Harbour Robotics said it can't deny there were problems with the plant's safety.",
        ),
        (
            "The new arm will be a system of several motors with a router.",
            "The new arm will not be a single motor but a system of several motors with a router.",
        ),
        (
            "Velde described the arm as a pulling rather than a pushing machine.",
            "Velde described the arm as a pulling machine, not a pushing machine.",
        ),
        (
            "The plant in Ghent was closed because of the flood.",
            "Had the plant in Ghent not been closed because of the flood, it would have grown.",
        ),
        # the same hedge in another clause
        (
            "Velde called the plan a fair start and said other owners should back it too.",
            "Velde saw the plan as a fair start, saying that other owners should back the plan.",
        ),
        # a handle, a first name, somebody unnamed
        ("Verhoeven says the arm is too slow.", "[@jverhoeven](x) says the arm is too slow."),
        ("Police said Jens Verhoeven left the plant.", "Police said Verhoeven left the plant."),
        ("Users said the arm is too slow.", "Several said the arm is too slow."),
        ("Builders said the arm is slow.", "Makers of robots said the arm is slow."),
        ("They're slow in Louisville, Kentucky.", "They are slow in Louisville, Ky."),
        (
            "Eva Velde of Ghent Polytechnic said the arm is slow.",
            "Eva Velde, a professor at the Ghent Polytechnic, said the arm is slow.",
        ),
        # the same thing in another grammar
        ("The model has a trillion parameters.", "It is a trillion-parameter model."),
        ("It built the 98B-parameter model.", "It built a 98B parameter LLM called Weave."),
        ("Velde said she couldn't speak.", "Velde said she was unable to speak."),
        ("The grant was decriminalised for people.", "The grant for individuals was legal."),
        ("Most were meant to help.", "The bulk were intended to help."),
        (
            "According to a commenter, GLM-5.2 has fewer than 800 billion parameters.",
            "A commenter says that **GLM-5.2** gets there in **<800B parameters**.",
        ),
        (
            "The open-source model ranges from 1.8 billion to 20 billion parameters.",
            "The open-source model (1.8-20B parameters) has long contexts.",
        ),
        # a bound of another figure, an opposite of something else, two of one kind compared
        (
            "Weave 70B reads more than 1,000 words a second.",
            "At speeds of >1000 words/s (just under 4000 letters/s), Weave 70B reads, they said.",
        ),
        (
            "Weave is more accurate than Lumen.",
            "Weave outperforms Lumen in accuracy while using less memory than Lumen does.",
        ),
        (
            "Lumen ranked higher, at eighth place overall in the Arena.",
            "Weave had 7% more at lower cost in one setting of many, as notes, tips and the paper "
            "say; in other news Lumen, a new minor version of it, landed at eighth place overall "
            "in the Arena.",
        ),
        (
            "Richer Danish towns report it more often than richer Swedish towns.",
            "Richer Danish towns report it more often than richer Swedish towns (and poorer ones).",
        ),
        ("GPT-5.2 falls behind in Lumen.", "**GPT\u20115.2 is mixed**: it is behind in Lumen."),
        ("Weave beats Lumen on ARC-TWO-2.", "Weave beats Lumen on ARC-TWO 2 by far."),
        ("CEO Eva Velde called it a draft.", "The CEO [@EvaVelde](u) called it a draft."),
        ("Rep. Eva Velde called it a draft.", "Velde is there. Rep. Velde called it a draft."),
        # a denial in a verb, a name with "of", a part of a compound, what points back
        (
            "The arm is being kept from schools because of the law.",
            "The arm will not be available to schools because of the law.",
        ),
        (
            "Jim Velde of Iowa's Department of Health described the plant.",
            "Jim Velde, director at the Iowa Department of Health, described the plant.",
        ),
        (
            "Odd calls may come from clients rather than from Harbour itself.",
            "Odd calls from Harbour-owned lines may not prove that Harbour itself made them.",
        ),
        (
            "Iowa reported 1,801 patients on Wednesday.",
            "The state reported 1,801 patients on Wednesday. It is hard in most of Iowa.",
        ),
        (
            "Anna Velde said the arm was a burden from the first day.",
            "“The arm was a burden from the first day,” she said. Anna Velde built it.",
        ),
        (
            "They made 324 starts together between 1963 and 1975.",
            "They made 324 starts together from 1963-1975.",
        ),
        # shares and spans of time in words, a rate, a size that looks like a year
        ("The arm takes 75% of the load.", "Three quarters of the load go to the arm."),
        ("Velde spent about six months in Ghent.", "Velde spent about half a year in Ghent."),
        ("Velde left after almost ten years.", "Velde left after nearly a decade."),
        ("Ghent opened four weeks later.", "Shut on March 31, 2023, Ghent opened on April 28."),
        ("Lyon opened nine years after Ghent.", "Ghent opened in 2006. Lyon opened in 2015."),
        ("It costs $3 per million tokens.", "It costs $3/1M tokens."),
        ("It was trained on 2,048 chips.", "It was trained on 2048 H800 chips."),
        ("Skyhaul must refund C$650.88.", "Skyhaul must refund $650.88 CAD."),
        ("It is to hold 22,000 Ode H100s.", "It is to hold 22,000 Ode H100 processors."),
        ("It flies at 5,700 mph.", "It flies at 5,700 miles per hour."),
        ("The arm has 5 million weekly users.", "5 million people use the arm every week."),
        ("It was 25%, up from 20% a year before.", "It was 25%, up from 20% the year before."),
        ("The list grew to 2,755 billionaires.", "The list of billionaires grew to 2,755."),
        # names cut short, spelled out, in handles; a first word that is a company elsewhere
        ("Cal State bought the arm.", "California State University bought the arm."),
        ("HR chief Eva Velde said so.", "Eva Velde, in charge of human resources, said so."),
        ("Dylan Odell likes the arm.", "[@dylan522o](x) likes the arm."),
        ("Andrej Velderman likes the arm.", "@velderman likes the arm."),
        ("Together, the arms lift 500 kg.", "The arms together lift 500 kg."),
        # "not until", a denial of something else, the other side of a sale, the end of a year
        ("The plant opens on Sept. 22.", "The plant won't open until Sept. 22."),
        ("The index is close to its low.", "The index is not far from its low."),
        (
            "With the charge the margin was 61%; without it, it would have been 71%.",
            "Without the charge, the margin would have been 71%; with it, the margin was 61%.",
        ),
        (
            "Orla will buy the plant's power for 20 years.",
            "Harbour will sell the plant's power to Orla for 20 years.",
        ),
        (
            "Growth doubled after the launch of the arm.",
            "Growth doubled with the arm and may double again by the end of 2025.",
        ),
        ("The arm came first in the Ghent Arena.", "First on Speed, the arm led the Ghent Arena."),
    ],
)
def test_what_a_fair_retelling_does_is_no_contradiction(claim: str, source: str) -> None:
    assert verify(claim, [source], whole=source).problems == ()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The arm has one motor.", "The arm will not have one motor but several."),
        ("Jens Verhoeven left the plant.", "Piet Verhoeven left the plant, Verhoeven's wife said."),
        ("The model has two trillion parameters.", "It is a trillion-parameter model."),
        ("Ghent's plant is the slowest.", "Dockland's plant is the slowest, not Ghent."),
        ("Acme Robotics left the plant.", "Harbour Robotics left the plant."),
        ("The arm reads more than 900 words.", "The arm reads less than 900 words."),
        ("The arm is more accurate.", "The arm is less accurate."),
        ("Iowa's chip is slow.", "Ohio's chip is slow, they say in Iowa."),
    ],
)
def test_what_looks_like_it_and_is_none_still_is(claim: str, source: str) -> None:
    assert verify(claim, [source], whole=source).problems


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        (
            "Velde bought the plant.",
            "Velde said that the owners should let it buy the plant.",
            "the source is less certain",
        ),
        (
            "Dockland fined the plant's owner last week.",
            "The council fined the plant's owner last week. Dockland is near.",
            "the source says it of something other than Dockland",
        ),
        (
            "Velde's robots handle heavy freight from container ships overnight.",
            "At the harbour of Ghent, robots by Velde load ships.",
            "few of its words are in the source",
        ),
    ],
)
def test_what_may_be_a_free_wording_or_an_error_is_shown_with_the_reason(
    claim: str, source: str, reason: str
) -> None:
    found = verify(claim, [source], whole=source)
    assert found.problems == ()
    assert found.status is Status.PARTIAL
    assert found.objections[0].startswith(reason)
    assert not found.supported
    assert found.support <= OBJECTED


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("No. Velde's arm has two motors.", "Velde's arm has two motors, the firm said."),
        ("Yes, Velde's arm has two motors.", "Velde's arm has two motors, the firm said."),
        ("Old-Harbour-88 says the arm is slow.", "Old-Harbour-88 finds the arm slow."),
        ("The 27B model is slow.", "On a laptop, weave27b is a slow model."),
        ("Presumably Velde left the plant.", "Velde left the plant, presumably."),
        ("Anna K. Velde left the plant.", "Anna Velde left the plant on foot."),
        ("Iowa Gov. Anna Velde left the plant.", "Velde left the plant in Iowa on foot."),
        ("Piet Velde Jr. left the plant.", "“It is over,” Velde said as he left the plant."),
        ("Opponents left the plant.", "Those against it left the plant."),
        ("Weave 1.10 has a search.", "Weave v1.10 has a new search."),
        ("It scored 65.3%, a gain of about 10 points.", "It scored 65.3%, up from 55.5%."),
        ("Velde can't explain the code that it made.", "Velde cannot explain the code it made."),
    ],
)
def test_how_an_answer_puts_it_is_no_contradiction(claim: str, source: str) -> None:
    assert verify(claim, [source], whole=source).problems == ()


def test_a_name_may_stand_in_another_passage_of_the_article(newsdesk: ModuleType) -> None:
    first, second, other = (
        newsdesk.hit(n, "Plant", "P", "2025-03-01", text).passage
        for n, text in (
            (1, "The engineer Anna Velde spoke in Ghent."),
            (1, "She said that the plant was old and would close in June."),
            (2, "The engineer Piet Dockland spoke in Ghent."),
        )
    )
    second = replace(second, id=99)
    claim = "Anna Velde said that the plant was old and would close in June."
    assert repair(claim, [1], [second]).status is Status.UNSUPPORTED
    assert repair(claim, [1], [second, first]).status is Status.PARTIAL
    wrong = claim.replace("Anna Velde", "Piet Dockland")
    assert repair(wrong, [1], [second, first, other]).status is Status.UNSUPPORTED


def test_another_number_of_a_handle_or_a_list_is_one() -> None:
    assert verify("Old-Harbour-88 says it.", ["Old-Harbour-89 says it."]).problems
    assert verify("No. 5 is slow.", ["No. 6 is slow."]).problems
    assert verify("Velde raised a Series B.", ["Velde raised a Series A."]).problems


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("The plant shut on 14 October 2025.", True),
        ("The plant shut on October 14, 2025.", True),
        ("The plant shut on 15 October 2025.", False),
    ],
)
def test_a_weekday_is_a_date_of_the_article_s_week(claim: str, right: bool) -> None:
    source = "The plant shut on Tuesday, its owner said."
    found = verify(claim, [source], ["2025-10-16"], source)
    assert (found.problems == ()) is right
    assert verify(claim, [source], [], source).problems


def test_dates_may_come_from_the_article_but_not_numbers() -> None:
    claim = "On 28 October 2025 Harbour Robotics said it will cut 14,000 jobs."
    assert not verify(claim, [SOURCE]).supported
    assert verify(claim, [SOURCE], ["2025-10-28"]).supported
    assert verify(
        "It said so on Tuesday that it will cut jobs.", [SOURCE], ["2025-10-28"]
    ).supported
    assert not verify("Harbour Robotics has 300 jobs.", [SOURCE], ["300 jobs"]).supported


def test_nothing_supports_nothing() -> None:
    assert not verify("", [SOURCE]).supported
    assert not verify("Harbour Robotics cuts jobs.", []).supported
    assert not verify("Harbour Robotics cuts jobs.", [" "]).supported


def test_a_quotation_is_supported_whole() -> None:
    assert verify(SOURCE, [SOURCE]).support == 1.0


def test_coverage_counts_the_least_covered_clause() -> None:
    true = "Harbour Robotics will cut 14,000 jobs"
    assert coverage(true, SOURCE) > 0.9
    assert coverage(f"{true}, and pirates seized its golden ships yesterday", SOURCE) < 0.3
    assert coverage("", SOURCE) == 0


def test_repair_moves_drops_and_joins(newsdesk: ModuleType) -> None:
    passages = [hit.passage for hit in newsdesk.NEWS]
    moved = repair("UPS reduced its operational workforce by 34,000 positions.", (1,), passages)
    assert moved.evidence[0].passage is passages[1]
    unknown = repair("Amazon will cut about 14,000 corporate jobs.", (7, 0), passages)
    assert unknown.evidence[0].passage is passages[0]
    both = repair(
        "Amazon will cut about 14,000 corporate jobs, while UPS reduced its workforce by 34,000 "
        "positions.",
        (1,),
        passages,
    )
    assert {e.passage.id for e in both.evidence} == {1, 2}
    lost = repair("Amazon bought UPS for $4 billion.", (1, 2), passages)
    assert lost.status is Status.UNSUPPORTED
    assert lost.evidence == ()
    assert repair("Amazon cuts jobs.", (), ()).status is Status.UNSUPPORTED


def test_the_shortest_span_is_found(newsdesk: ModuleType) -> None:
    verdict, found = span_for("The cuts should save $8 billion a year.", newsdesk.CUTS.passage)
    assert verdict.supported
    assert found.quote == "The company expects the cuts to save $8 billion a year."


def test_halves_do_not_hide_what_the_whole_sentence_has_wrong(newsdesk: ModuleType) -> None:
    passages = [hit.passage for hit in newsdesk.NEWS]
    told = passages[0].text.split(". ")[0]
    assert repair(f"{told}.", (1,), passages).status is Status.SUPPORTED
    turned = told.replace(" will ", " will not ", 1)
    assert turned != told
    assert repair(f"{turned}.", (1,), passages).status is Status.UNSUPPORTED


def test_of_two_that_support_equally_the_one_sentence_is_cited(newsdesk: ModuleType) -> None:
    two, one = (
        newsdesk.hit(n, "Cuts", "P", "2025-03-01", text).passage
        for n, text in (
            (1, "Velde has about 900 staff. The cut of 40 amounts to few corporate jobs."),
            (2, "Velde is cutting about 40 corporate jobs this spring."),
        )
    )
    draft = repair("Velde is cutting about 40 corporate jobs.", [9], [two, one])
    assert [e.passage.id for e in draft.evidence] == [one.id]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("No region grows faster than the coast.", "The coast is the fastest-growing region."),
        ("The board wanted to avoid a vote.", "The board did not want a vote."),
        ("The summary leaves out the price.", "The summary does not have the price."),
        ("Never before had Harbour shut a plant.", "It is the first plant that Harbour shut."),
    ],
)
def test_a_denial_may_be_worded_without_a_not(claim: str, source: str) -> None:
    assert verify(claim, [source]).status is Status.PARTIAL


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Harbour shut the plant.", "Harbour did not shut the plant."),
        ("Harbour has not shut the plant.", "Harbour has shut the plant."),
    ],
)
def test_a_denial_turned_round_is_wrong(claim: str, source: str) -> None:
    assert verify(claim, [source]).status is Status.UNSUPPORTED


def test_a_text_that_is_cut_after_a_joining_word_is_read() -> None:
    source = "Harbour said that it bought the plant, Velde its mill, and"
    assert verify("Harbour said that it bought the plant.", [source]).problems == ()


def test_any_words_can_be_compared() -> None:
    rare = random.Random(3)
    some = (
        "and but by to the of , ; for as which while that who not after because Harbour Velde "
        "plants 300 $4 said buys bought is was 5% record it in on with now"
    ).split()
    for _ in range(600):
        source = " ".join(rare.choice(some) for _ in range(rare.randint(1, 14)))
        claim = " ".join(source.split()[: rare.randint(1, 12)])
        verdict = verify(f"{claim}.", [source.replace(" ,", ",")])
        assert 0 <= verdict.support <= 1
