"""Why not, in both languages: what somebody at a page can be refused is put into Chinese."""

import ast
from importlib.resources import files
from string import Formatter

import pytest

from chassis.decider import Refused
from chassis.refusals import Reason, chinese, reason

SPOKEN = {
    "chassis": (
        "workflow/steps.py",
        "workflow/brings.py",
        "workflow/reprieve.py",
        "workflow/workdays.py",
        "sealed/vault.py",
    ),
    "intake": (
        "domain/decisions.py",
        "domain/routes.py",
        "domain/gate.py",
        "domain/references.py",
        "domain/links.py",
        "domain/attaching.py",
        "handlers/cases.py",
        "handlers/links.py",
        "api/filing.py",
    ),
}
"""The modules that a form on a page goes through."""


def said_in(service):
    """The first argument of each refusal, as it stands in the code."""
    for module in SPOKEN[service]:
        tree = ast.parse((files(service) / module).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(ast.Name("Refused" | "CalendarUnpublished"), [sentence], values):
                    yield sentence, {each.arg for each in values}


def places(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("service", SPOKEN)
def test_each_sentence_of_those_modules_is_said_in_chinese_and_no_other(service):
    sentences = [sentence.value for sentence, _ in said_in(service)]
    others = chinese("chassis").keys() if service != "chassis" else set()
    assert len(sentences) > 20
    assert set(sentences) == chinese(service).keys() - others


@pytest.mark.parametrize("service", SPOKEN)
def test_both_have_places_for_what_is_given(service):
    for sentence, given in said_in(service):
        assert places(sentence.value) | {"field"} >= given  # whose values they are
        assert places(sentence.value) <= given
        assert places(chinese(service)[sentence.value]) <= given


def test_what_stands_in_a_place_is_called_as_it_is_called_there():
    def named(place, value):
        return {("step", "accepted"): "受理", ("step", "replied"): "答复"}.get((place, value), "?")

    refused = Refused("{step} needs {fields}", step="accepted", fields=[])
    assert str(refused) == "accepted needs none"
    assert reason(refused, "zh", "intake", named) == Reason("“受理”须填：无。", "zh")
    refused = Refused(
        "no clock runs for {step}; one runs for {steps}", step=None, steps=("accepted", "replied")
    )
    assert str(refused) == "no clock runs for none; one runs for accepted, replied"
    assert reason(refused, "zh", "intake", named).text == "“无”没有在计时；在计时的有：受理、答复。"


def test_a_sentence_that_nobody_translated_is_told_in_english():
    refused = Refused("no {word} with braces")
    assert str(refused) == "no {word} with braces"
    assert reason(refused, "zh", "grid") == Reason("No {word} with braces.", "en")
