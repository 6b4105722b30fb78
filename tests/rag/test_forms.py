"""Forms of questions as analysts type them: without a question word, with several, with "who"."""

from __future__ import annotations

from datetime import date

import pytest

from rag.forms import Form
from rag.question import understand
from rag.wanted import Wanted, wanted


def want(question: str) -> Wanted:
    return wanted(understand(question, (), as_of=date(2025, 1, 1)))


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Wren 4 context length?", Form.NUMBER),
        ("Minimum VRAM to run Wren 4 at home?", Form.NUMBER),
        ("Total and active parameters of Wren 4?", Form.NUMBER),
        ("Wren 4's HELM 2025 result?", Form.NUMBER),
        ("What HELM result did Wren 4 reach?", Form.NUMBER),
        ("What did Wren 4 score on the exam?", Form.NUMBER),
        ("By what factor did Acme cut the latency?", Form.NUMBER),
        ("Cost of training Wren 4?", Form.MONEY),
        ("Training cost threshold in the bill?", Form.MONEY),
        ("Licence of Wren 4?", Form.NAME),
        ("Lead investor in Acme's round?", Form.NAME),
        ("Title of the paper on induction heads?", Form.NAME),
        ("Wren 4 release date?", Form.DATE),
        ("What did Acme call its voice stack?", Form.NAME),
        ("What did Acme call for in its letter?", Form.ANY),
        ("Does the loss function matter here?", Form.ANY),
        ("When Wren 4 came out, what did Acme say of it?", Form.ANY),
        ("When Wren 4 came out in May 2024, people saw a flaw. Which one?", Form.NAME),
        ("When did Wren 4 come out, and where?", Form.DATE),
        ("The owner of the rig bought it in May, why not sooner?", Form.REASON),
    ],
)
def test_the_thing_named_tells_the_form(question: str, form: Form) -> None:
    assert want(question).form is form


@pytest.mark.parametrize(
    ("question", "form", "units"),
    [
        ("How much disk space do the weights need?", Form.NUMBER, {"gb", "tb", "mb"}),
        ("How much VRAM does it take?", Form.NUMBER, {"gb", "tb", "mb"}),
        ("How much coal is left in the mix?", Form.NUMBER, set()),
        ("How much smaller is the new model?", Form.NUMBER, set()),
        ("How much severance did they get?", Form.MONEY, set()),
        ("How much funding did Acme win?", Form.MONEY, set()),
        ("How much is Acme paying?", Form.MONEY, set()),
        ("What's Acme worth now?", Form.MONEY, set()),
        ("whats Acme's valuation", Form.MONEY, set()),
    ],
)
def test_how_much_is_of_money_only_where_the_words_say_so(
    question: str, form: Form, units: set[str]
) -> None:
    found = want(question)
    assert found.form is form
    assert found.units == units


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Who runs Acme?", Form.PERSON),
        ("Tell me who runs Acme", Form.PERSON),
        ("Acme was founded by whom?", Form.PERSON),
        ("In that case, who would pay?", Form.PERSON),
        ("Whose chips are in it?", Form.PERSON),
        ("What do the people who live there say?", Form.ANY),
        ("Will the people who are let go get any compensation?", Form.ANY),
        ("What GPU did the blogger use who tested Wren 4?", Form.NAME),
    ],
)
def test_who_asks_only_where_it_is_no_relative(question: str, form: Form) -> None:
    assert want(question).form is form


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Which tools does the prompt mention?", Form.LIST),
        ("What precautions did the authors recommend?", Form.LIST),
        ("Which other states have such bans?", Form.LIST),
        ("Which tool does the prompt mention?", Form.NAME),
        ("What was the news of the week?", Form.ANY),
        ("What scores did Wren 4 post?", Form.NUMBER),
        ("Which series does it belong to?", Form.NAME),
    ],
)
def test_a_plural_asks_for_a_list(question: str, form: Form) -> None:
    assert want(question).form is form


def test_an_attribute_need_not_stand_beside_its_number() -> None:
    found = want("In what sizes did Acme publish Wren 4?")
    assert found.form is Form.NUMBER
    assert found.strength("Wren 4 comes as 7B and 13B models.") >= 0.8
    assert want("How many students use Wren 4?").strength("It has 13 teachers.") < 0.5
