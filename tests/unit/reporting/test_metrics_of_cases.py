"""What metrics of cases ask for stands in the files of the kinds: they would count nothing else."""

import pytest

from intake.desk import load_kinds
from reporting.metric_files import SHIPPED, load

KINDS = load_kinds()
METRICS = load(SHIPPED)
OF_CASES = [
    pytest.param(metric, source, id=f"{metric.id} of {source.event}")
    for metric in METRICS.values()
    for source in metric.source
    if source.event.startswith("intake.case.")
]


def wanted(source, name):
    found = source.where.get(name, ())
    return found if isinstance(found, tuple) else (found,)


def inner(names, of):
    return {name.partition(".")[2] for name in names if name.startswith(of)}


def outcomes_of(step, kind):
    """What may be said as the outcome when the step is taken, as it is or as the end of a case."""
    return {*step.outcomes, *(each.name for each in kind.steps)}


@pytest.mark.parametrize(("metric", "source"), OF_CASES)
def test_what_a_metric_asks_of_a_case_its_kind_can_say(metric, source):
    kinds = [KINDS[name] for name in wanted(source, "kind")] or list(KINDS.values())
    steps = [kind.step(name) for name in wanted(source, "step") for kind in kinds]
    for step in steps:
        assert set(wanted(source, "outcome")) <= outcomes_of(step, kinds[0])
    names = {*metric.dimensions, *source.where, metric.key or "", str(source.value)}
    for field in inner(names, "fields."):
        values = kinds[0].fields[field]
        assert set(wanted(source, f"fields.{field}")) <= set(values)
    assert inner(names, "numbers.") <= set(kinds[0].numbers)


FIGURES = {
    "huainan2024-21": "public_suggestions_received",
    "jieyang2024-42": "public_suggestions_received",
    "yanan2025-22": "disputes_mediated",
    "yanan2025-31": "petition_law_measures",
    "yanan2025-32": "petitions_mediated",
    "yanan2025-33": "petition_mediation_success_rate",
    "huainanorg-12": "deliberation_matters_done",
    "jieyang2024-07": "deliberation_matters_done",
}


@pytest.mark.parametrize(("figure", "metric"), FIGURES.items())
def test_a_figure_of_the_texts_is_answered_by_the_metric_it_names(figure, metric):
    assert figure in METRICS[metric].figures


def test_there_are_five_measures_for_petitions():
    assert len(KINDS["petition"].fields["measure"]) == 5
