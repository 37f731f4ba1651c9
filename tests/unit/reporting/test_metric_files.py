"""Metrics are data: those we ship load, a city's own go before them, a wrong one is told why."""

import re

import pytest

from reporting.metric_files import SHIPPED, MetricsRefused, load

FILED = """
[[metric]]
id = "cases_filed"
version = 2
title = { zh = "受理", en = "Filed" }
unit = { zh = "件", en = "cases" }
kind = "flow"
"""

SOURCE = """
[[metric.source]]
event = "intake.case.filed.v1"
"""

RATIO = FILED.replace('"flow"', '"ratio"').replace("cases_filed", "share")

ISSUE = {
    "cases_filed", "cases_closed", "cases_open", "case_satisfaction", "case_days_to_close",
    "grids_active", "grid_workers", "grid_worker_coverage_rate", "volunteers_registered",
    "volunteer_teams", "volunteer_activities", "volunteer_participations",
    "checklist_items_open",
}  # fmt: skip


def folder(path, text, name="own.toml"):
    (path / name).write_text(text, encoding="utf-8")
    return path


def test_the_shipped_metrics_are_right_and_answer_figures_by_id():
    metrics = load(SHIPPED)
    assert set(metrics) >= ISSUE
    for metric in metrics.values():
        assert all(re.fullmatch(r"[a-z]+(20\d\d|org)-\d\d", figure) for figure in metric.figures)


def test_a_city_puts_its_own_in_place_of_ours(tmp_path):
    metrics = load(SHIPPED, folder(tmp_path, FILED + SOURCE))
    assert metrics["cases_filed"].version == 2
    assert len(metrics) == len(load(SHIPPED))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[metric", "own.toml: this is not TOML in UTF-8"),
        ("[[metric]]\nid = 'x'", "own.toml: x: version: Field required"),
        (FILED + SOURCE + "vallue = 1", "cases_filed: source.0.vallue: Extra inputs"),
        (FILED, "cases_filed: it has no source; name at least one event"),
        (FILED + SOURCE + FILED + SOURCE, "there is another cases_filed"),
        (
            FILED + '[[metric.source]]\nevent = "intake.case.found.v1"',
            "intake.case.found.v1 is no event that reporting hears",
        ),
        (
            FILED + 'dimensions = ["colour"]' + SOURCE,
            "intake.case.filed.v1 has no field colour; it has area, time, case_id",
        ),
        (FILED + SOURCE + 'value = "kind"', "intake.case.filed.v1 has no number kind"),
        (FILED + SOURCE + "where = { colour = 'red' }", "has no field colour"),
        (FILED + 'dimensions = ["fields"]' + SOURCE, "has no field fields; it has area, time"),
        (FILED + 'dimensions = ["kind.level"]' + SOURCE, "no field kind.level; it has area"),
        (FILED + 'dimensions = ["colours.a"]' + SOURCE, "numbers.…, refs.…, source, urgency"),
        (FILED + SOURCE + 'value = "fields.level"', "filed.v1 has no number fields.level"),
        (FILED + SOURCE + 'value = "numbers"', "intake.case.filed.v1 has no number numbers"),
        (FILED + 'key = "case_id"' + SOURCE, "a flow has no key; make it a distinct count"),
        (
            FILED.replace("flow", "distinct") + SOURCE,
            "a distinct count needs a key, the field that names what is counted",
        ),
        (
            FILED.replace("flow", "distinct")
            + 'key = "case_id"'
            + SOURCE
            + '[[metric.source]]\nevent = "volunteer.demand.posted.v1"',
            "come from one speaker, or their order is not certain",
        ),
        (
            FILED + '[[metric.source]]\nevent = "volunteer.activity.held.v1"\nvalue = "hours"',
            'hours is no whole number; write { field = "hours", times = 100 }',
        ),
        (RATIO + SOURCE, "a ratio has no source and no key"),
        (RATIO + 'numerator = "no"\ndenominator = "share"', "its numerator is no, which is no"),
        (RATIO + 'numerator = "no"\ndenominator = "share"', "its denominator share is a ratio"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, text, sentence):
    with pytest.raises(MetricsRefused, match=re.escape(sentence)):
        load(folder(tmp_path, text))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MetricsRefused, match="is no folder"):
        load(tmp_path / "nowhere")
