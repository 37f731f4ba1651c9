"""What whoever brought a matter in is told: true of the case at hand, and nothing too much."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.intake import CaseClosed, CaseDeadlineExtended, CaseLinked, CaseStepOverdue
from intake.desk import load_kinds
from intake.domain.case import Link
from intake.domain.notices import told

KINDS = load_kinds()
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DUE = datetime(2026, 3, 10, 16, tzinfo=UTC)


def said(event, kind, step, **fields):
    common = {"area": "340402001001", "time": AT, "case_id": UUID(int=1), "kind": kind}
    return event(**common, step=step, **fields)


def late(kind, step, escalated_to=None):
    return said(CaseStepOverdue, kind, step, due_at=DUE, escalated_to=escalated_to)


@pytest.mark.parametrize(
    ("event", "zh", "en"),
    [
        pytest.param(
            late("request", "resolved", "dispatcher"),
            "“已办结”未能按期完成，已催办。",
            "“Resolved” is late. Those in charge have been reminded.",
            id="late, and somebody was called",
        ),
        pytest.param(
            late("request", "resolved"),
            "“已办结”未能按期完成。",
            "“Resolved” is late.",
            id="late, and nobody was called",
        ),
        pytest.param(
            late("request", "long_gone"),
            "“long_gone”未能按期完成。",
            "“long_gone” is late.",
            id="a step that the file no longer has",
        ),
        pytest.param(
            said(CaseDeadlineExtended, "request", "resolved", due_at=DUE),
            "“已办结”的期限已延长，最迟2026-03-10。",
            "“Resolved” takes longer: 2026-03-10 at the latest.",
            id="longer, with the last day that is in time",
        ),
        pytest.param(
            said(
                CaseClosed, "certificate", "refused", outcome="refused", open_seconds=1
            ).model_copy(update={"fields": {"department": "public_security"}}),
            "此项证明在不应出具清单内，您无需提供，请直接找对应部门办理。（公安）",
            "Nobody may ask you for this certificate: go to the office named here."
            " (Public security)",
            id="where to go instead, by name",
        ),
    ],
)
def test_what_happened_is_told(event, zh, en):
    (one,) = told(KINDS, KINDS[event.kind], [event])
    assert (one.words.zh, one.words.en) == (zh, en)


@pytest.mark.parametrize(
    ("kind", "step", "escalated_to"),
    [
        pytest.param("request", "revisited", None, id="a rating of a request"),
        pytest.param("petition", "revisited", "admin", id="a rating that staff may ask for"),
        pytest.param("deliberation", "evaluated", "admin", id="an evaluation"),
    ],
)
def test_nobody_is_told_off_for_what_they_may_do_themselves(kind, step, escalated_to):
    assert "resident" in KINDS[kind].step(step).by
    assert told(KINDS, KINDS[kind], [late(kind, step, escalated_to)]) == []


OTHER = UUID(int=2)


def linked(relation):
    return CaseLinked(
        area="340402001001",
        time=AT,
        case_id=UUID(int=1),
        kind="request",
        relation=relation,
        to_case=OTHER,
        to_kind="suggestion",
    )


@pytest.mark.parametrize(
    ("relation", "is_reopened", "about", "zh"),
    [
        pytest.param(
            "leads_to", False, "linked", "您反映的事项已转为“人民建议”办理。", id="it led to one"
        ),
        pytest.param(
            "leads_to",
            True,
            "reopened",
            "由您反映的事项转出的“人民建议”已重新办理。",
            id="what it led to is open again",
        ),
        pytest.param(
            "joins",
            False,
            "linked",
            "您反映的事项已与同一事项并案办理，进展以该件为准。",
            id="it joined one",
        ),
        pytest.param(
            "joins",
            True,
            "reopened",
            "与您反映的事项并案办理的事项已重新办理。",
            id="what it joined is open again",
        ),
    ],
)
def test_another_case_is_told_of_as_new_once(relation, is_reopened, about, zh):
    links = [Link(relation, OTHER, "suggestion", None, is_reopened)]
    (one,) = told(KINDS, KINDS["request"], [linked(relation)], links)
    assert (one.about, one.step, one.words.zh) == (about, relation, zh)


def test_a_part_that_is_open_again_is_no_concern_of_whoever_filed_the_whole():
    links = [Link("has_part", OTHER, "suggestion", None, is_reopened=True)]
    assert told(KINDS, KINDS["request"], [linked("has_part")], links) == []
