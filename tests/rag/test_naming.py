"""Names of a sentence in the forms that a source may have them in."""

from __future__ import annotations

import pytest

from rag.facts import names
from rag.handles import Handles
from rag.naming import name_problems
from rag.openers import uncapitalised


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Mara Fenn called it a draft.", "[@DrMaraFenn](u) called it a draft"),
        ("Mara Fenn called it a draft.", "according to [@maraf](u) it is a draft"),
        ("Mara Fenn called it a draft.", "[@mfenn_dev](u) a draft"),
        ("Mara Fenn called it a draft.", "@maraleefenn says it is a draft"),
        ("Fenn called it a draft.", "[Fenn12](u) says it is a draft"),
        ("The Lantern Room discussed it.", "In /r/LanternRoom they discussed it"),
        ("Harbour AI presented a robot.", "[@HarbourAILabs](u) presents a robot"),
        ("Paying Weave Pro users get it.", "Weave Pro users get it"),
        ("Former Harbour boss Ann Ode backs it.", "ex-Harbour CEO Ann Ode backs it"),
        ("Demand for Weave rose.", "Weave demand rose"),
        ("The CEOs of Harbour and Lumen met.", "Harbour and Lumen CEOs met"),
        ("Governor Ode signed it.", "Gov. Ann Ode signed it"),
        ("It stands in Owings Mills, Maryland.", "the site in Owings Mills, Md."),
        ("Congress has to approve it.", "it needs congressional approval"),
        ("Middle Eastern users waited.", "users in the Middle East waited"),
        ("Doubts about the ranking led to a new test.", "skepticism led to a new test"),
        ("Nineteen reporters took part.", "19 reporters took part"),
        ("It is Mara Fenn's draft.", "@FennMara's draft"),
        ("It is Mara Fenn's draft.", "by [@MaraKFenn](u)"),
        ("Mara Fenner called it a draft.", "[@marafennr](u) called it a draft"),
        ("LanternWeave R1 is slow.", "the Lantern Weave R1 is slow"),
        ("It ran on an RTX 3090.", "It ran on one RTX3090 card"),
        ("It used H100 GPUs.", "It used 100k H100s"),
        ("A Redditor called it a draft.", "/r/LanternRoom users called it a draft"),
        ("She wore a Wild North-inspired gown.", "a gown with a nod to the Wild North"),
    ],
)
def test_another_spelling_of_a_name_is_in_the_source(claim: str, source: str) -> None:
    assert name_problems(claim, source, "", certain=True) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Mara Fenn called it a draft.", "[@MaraJones](u) called it a draft"),
        ("Mara Fenn called it a draft.", "[@fenwick](u) called it a draft"),
        ("Lumen bought it.", "Harbour bought it"),
        ("Former Lumen boss Ann Ode backs it.", "ex-Harbour CEO Ann Ode backs it"),
        ("It stands in Owings Mills, Maryland.", "the site in Owings Mills, Mo."),
        ("Ode fell ill in Illinois.", "Ode fell ill. Nobody came."),
        ("Demand for Lumen rose.", "Weave demand rose"),
        ("Mara Fenner called it a draft.", "[@marajones](u) called it a draft"),
        ("It ran on a GTX 3090.", "It ran on one RTX3090 card"),
        ("A Redditor called it a draft.", "users called it a draft"),
    ],
)
def test_another_name_is_not(claim: str, source: str) -> None:
    assert name_problems(claim, source, "", certain=True)


def test_only_an_ordinary_first_word_loses_its_capital() -> None:
    assert uncapitalised("“Doubts remain.", "") == "“doubts remain."
    assert uncapitalised("Anthropic said so.", "") == "Anthropic said so."
    assert uncapitalised("Scale said so.", "") == "Scale said so."
    assert uncapitalised("GPT-5 said so.", "") == "GPT-5 said so."
    # where the source has it as a name within a sentence, it is one
    assert uncapitalised("Harvest said so.", "That is what Harvest said.") == "Harvest said so."
    assert uncapitalised("", "") == ""


def test_a_short_name_is_not_found_within_any_word() -> None:
    (name,) = names("It was Al Go.")
    assert not Handles("an algorithm").name(name)
