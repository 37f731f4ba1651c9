"""Rules of links, as (history, command, outcome)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import Refused
from chassis.workflow.kind_files import parse
from contracts.intake import CaseClosed, CaseFiled, CaseLinked, CaseReopened, CaseWithdrawn
from intake.domain.commands import (
    AnnounceOverdue,
    DispatchWaiting,
    JoinInto,
    LearnEnd,
    LeavePost,
    LinkTo,
    SuspendClock,
    TakeStep,
)
from intake.domain.decisions import deciding

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
CASE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
POST = UUID(int=9)

KIND = parse(
    """
    kind = "matter"
    title = { zh = "事项", en = "Matter" }
    source = "a test"
    [[step]]
    name = "filed"
    title = { zh = "已提交", en = "Filed" }
    by = ["resident"]
    next = ["gathered", "withdrawn"]
    [[step]]
    name = "gathered"
    title = { zh = "已汇总", en = "Gathered" }
    by = ["window"]
    after_parts = true
    within = "1 day"
    next = []
    [[step]]
    name = "withdrawn"
    title = { zh = "已撤回", en = "Withdrawn" }
    by = ["resident", "window"]
    next = []
    """
)
DECIDER = deciding({"matter": KIND})
COMMON = {"area": "340402001001", "case_id": CASE, "kind": "matter"}

FILED = CaseFiled(**COMMON, time=AT, step="filed", source="resident")
WITHDRAWN = CaseWithdrawn(**COMMON, time=AT, step="withdrawn")
GATHERED = CaseClosed(**COMMON, time=AT, step="gathered", outcome="gathered", open_seconds=0)
REOPENED = CaseReopened(**COMMON, time=AT, step="filed")
JOINED = CaseClosed(**COMMON, time=AT, step="joined", outcome="joined", open_seconds=0)


def linked(relation, to_case=OTHER, outcome=None, at=AT):
    return CaseLinked(
        **COMMON, time=at, relation=relation, to_case=to_case, to_kind="matter", outcome=outcome
    )


def take(step, *roles):
    return TakeStep(step, frozenset(roles), LATER)


def decide(history, command):
    return list(DECIDER.decide(DECIDER.replay(history), command))


HAPPENS = {
    "a case joins another and ends": (
        [FILED],
        JoinInto(OTHER, "matter", LATER),
        [
            linked("joins", at=LATER),
            JOINED.model_copy(update={"time": LATER, "open_seconds": 3600}),
        ],
    ),
    "it joins the same one again": (
        [FILED, linked("joins"), JOINED],
        JoinInto(OTHER, "matter", LATER),
        [],
    ),
    "another joins it": (
        [FILED],
        LinkTo("joined_by", OTHER, "matter", LATER),
        [linked("joined_by", at=LATER)],
    ),
    "the same one is linked again": (
        [FILED, linked("has_part")],
        LinkTo("has_part", OTHER, "matter", LATER),
        [],
    ),
    "one is linked in another way too": (
        [FILED, linked("leads_to")],
        LinkTo("has_part", OTHER, "matter", LATER),
        [linked("has_part", at=LATER)],
    ),
    "a part has ended": (
        [FILED, linked("has_part")],
        LearnEnd(OTHER, "done", LATER),
        [linked("has_part", outcome="done", at=LATER)],
    ),
    "a part has ended as is known": (
        [FILED, linked("has_part", outcome="done")],
        LearnEnd(OTHER, "done", LATER),
        [],
    ),
    "a part is open again": (
        [FILED, linked("has_part", outcome="done")],
        LearnEnd(OTHER, None, LATER),
        [linked("has_part", at=LATER)],
    ),
    "what stands for it has ended": (
        [FILED, linked("joins"), JOINED],
        LearnEnd(OTHER, "done", LATER),
        [linked("joins", outcome="done", at=LATER)],
    ),
    "one that was linked twice has ended": (
        [FILED, linked("leads_to"), linked("joins"), JOINED],
        LearnEnd(OTHER, "done", LATER),
        [
            linked("leads_to", outcome="done", at=LATER),
            linked("joins", outcome="done", at=LATER),
        ],
    ),
    "one that it comes from has ended": (
        [FILED, linked("comes_from")],
        LearnEnd(OTHER, "done", LATER),
        [],
    ),
    "it joined another and nobody is sent to it": (
        [FILED, linked("joins"), JOINED],
        DispatchWaiting(POST, LATER),
        [],
    ),
    "it joined another and a post is left": (
        [FILED, linked("joins"), JOINED],
        LeavePost(POST, None, LATER),
        [],
    ),
    "it joined another and is never late": (
        [FILED, linked("joins"), JOINED],
        AnnounceOverdue(AT + timedelta(days=30)),
        [],
    ),
}


@pytest.mark.parametrize(("history", "command", "said"), HAPPENS.values(), ids=HAPPENS)
def test_what_happens(history, command, said):
    assert decide(history, command) == said


STANDS = "joined case 00000000-0000-0000-0000-000000000002, which stands for it"

REFUSED = {
    "it joins itself": ([FILED], JoinInto(CASE, "matter", LATER), "cannot join itself"),
    "it joins a second one": (
        [FILED, linked("joins"), JOINED],
        JoinInto(THIRD, "matter", LATER),
        STANDS,
    ),
    "it joins when it has ended": (
        [FILED, GATHERED],
        JoinInto(OTHER, "matter", LATER),
        "has ended with gathered",
    ),
    "one that was withdrawn is joined": (
        [FILED, WITHDRAWN],
        LinkTo("joined_by", OTHER, "matter", LATER),
        "has ended with withdrawn",
    ),
    "one that joined another is joined": (
        [FILED, linked("joins"), JOINED],
        LinkTo("joined_by", THIRD, "matter", LATER),
        STANDS,
    ),
    "one that has ended is split": (
        [FILED, WITHDRAWN],
        LinkTo("has_part", OTHER, "matter", LATER),
        "only open cases are linked",
    ),
    "a step of one that joined another": (
        [FILED, linked("joins"), JOINED],
        take("gathered", "window"),
        STANDS,
    ),
    "the clock of one that joined another": (
        [FILED, linked("joins"), JOINED],
        SuspendClock(frozenset({"admin"}), LATER),
        STANDS,
    ),
    "a step that waits for two parts": (
        [FILED, linked("has_part"), linked("has_part", THIRD)],
        take("gathered", "window"),
        "gathered follows when all parts have ended; still open: 2",
    ),
    "a step that waits for one part": (
        [FILED, linked("has_part", outcome="done"), linked("has_part", THIRD)],
        take("gathered", "window"),
        "still open: 1",
    ),
    "a part that is open again": (
        [FILED, linked("has_part", outcome="done"), linked("has_part")],
        take("gathered", "window"),
        "still open: 1",
    ),
    "a resident withdraws what others joined": (
        [FILED, linked("joined_by")],
        take("withdrawn", "resident"),
        "others joined this case",
    ),
}


@pytest.mark.parametrize(("history", "command", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decide(history, command)


def test_when_all_parts_have_ended_the_step_follows():
    parts = [linked("has_part", outcome="done"), linked("has_part", THIRD, "withdrawn")]
    (said,) = decide([FILED, *parts], take("gathered", "window"))
    assert said.step == "gathered"


def test_staff_withdraw_what_others_joined():
    (said,) = decide([FILED, linked("joined_by")], take("withdrawn", "window"))
    assert said.step == "withdrawn"


@pytest.mark.parametrize(
    ("history", "came_to"),
    [
        ([FILED], None),
        ([FILED, GATHERED], "gathered"),
        ([FILED, WITHDRAWN], "withdrawn"),
        ([FILED, GATHERED, REOPENED], None),
        ([FILED, linked("joins"), JOINED], None),
        ([FILED, linked("joins"), JOINED, linked("joins", outcome="done")], "done"),
    ],
)
def test_what_a_matter_came_to_is_what_the_case_that_stands_for_it_came_to(history, came_to):
    assert DECIDER.replay(history).came_to == came_to
