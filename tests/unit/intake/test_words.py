"""A history in words: every event a sentence in both languages, with roles and without names."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from contracts import CATALOGUE, Envelope
from contracts import intake as events
from intake.api.words import Telling
from intake.desk import load_kinds
from intake.lists import load_lists

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DUE = datetime(2026, 3, 10, 16, tzinfo=UTC)
CASE, OTHER, EVENT = (UUID(int=number) for number in (1, 2, 3))
COMMON = {"area": "340402001001", "time": AT, "case_id": CASE, "kind": "request"}

KINDS = load_kinds()
TELLING = Telling(SimpleNamespace(kinds=KINDS, lists=load_lists()), KINDS["request"])


def said(name, **fields):
    return getattr(events, name)(**COMMON, **fields)


def linked(relation, to_kind="suggestion", outcome=None):
    return said("CaseLinked", relation=relation, to_case=OTHER, to_kind=to_kind, outcome=outcome)


DISPATCHED = said(
    "CaseDispatched", step="dispatched", category="other", to="grid_worker", post_id=OTHER
)
TO_HOUSING = said(
    "CaseDispatched", step="dispatched", category="other", to="department", department="housing"
)
BY_ITSELF = DISPATCHED.model_copy(update={"is_automatic": True})

TOLD = [
    (said("CaseFiled", step="filed", source="resident"), None, (),
     "居民 2026-03-02 09:30 已提交：群众自行提交",
     "The resident, 2026-03-02 09:30: Filed: Filed by the resident"),
    (said("CaseFiled", step="filed", source="hotline"), "anna", (),
     "调度人员 2026-03-02 09:30 已提交：热线电话",
     "The dispatcher, 2026-03-02 09:30: Filed: Hotline"),
    (said("CaseClassified", step="classified", category="safety"), "anna", (),
     "调度人员 2026-03-02 09:30 已分类：公共安全",
     "The dispatcher, 2026-03-02 09:30: Classified: Safety"),
    (DISPATCHED, "anna", (),
     "调度人员 2026-03-02 09:30 已派发：网格员",
     "The dispatcher, 2026-03-02 09:30: Dispatched: Grid worker"),
    (TO_HOUSING, "anna", (),
     "调度人员 2026-03-02 09:30 已派发：职能部门（住房城乡建设）",
     "The dispatcher, 2026-03-02 09:30: Dispatched: Department (Housing and construction)"),
    (BY_ITSELF, None, (),
     "系统 2026-03-02 09:30 已派发：网格员",
     "The system, 2026-03-02 09:30: Dispatched: Grid worker"),
    (said("CaseStepTaken", step="in_progress", took_seconds=1), "anna", (DISPATCHED,),
     "网格员 2026-03-02 09:30 办理中",
     "The grid worker, 2026-03-02 09:30: In progress"),
    (said("CaseStepTaken", step="in_progress", took_seconds=1), "anna", (TO_HOUSING,),
     "职能部门 2026-03-02 09:30 办理中",
     "The department, 2026-03-02 09:30: In progress"),
    (said("CaseStepTaken", step="in_progress", took_seconds=1), "anna", (),
     "工作人员 2026-03-02 09:30 办理中",
     "The staff, 2026-03-02 09:30: In progress"),
    (said("CaseStepTaken", step="gone", took_seconds=1, outcome="lost"), "anna", (),
     "工作人员 2026-03-02 09:30 gone：lost",
     "The staff, 2026-03-02 09:30: gone: lost"),
    (said("CaseStepOverdue", step="resolved", due_at=DUE, escalated_to="dispatcher"), None, (),
     "系统 2026-03-02 09:30 “已办结”超期（最迟应于2026-03-10完成），提请调度人员处理",
     "The system, 2026-03-02 09:30: “Resolved” is late (it was due on 2026-03-10 at the latest);"
     " called: The dispatcher"),
    (said("CaseStepOverdue", step="resolved", due_at=DUE), None, (),
     "系统 2026-03-02 09:30 “已办结”超期（最迟应于2026-03-10完成），无上级可提请",
     "The system, 2026-03-02 09:30: “Resolved” is late (it was due on 2026-03-10 at the latest);"
     " nobody above is called"),
    (said("CaseEscalated", step="escalated", to="county", to_area="340402000000"),
     "anna", (TO_HOUSING,),
     "职能部门 2026-03-02 09:30 已提级：县（区）",
     "The department, 2026-03-02 09:30: Escalated: County"),
    (said("CaseDeadlineExtended", step="resolved", due_at=DUE), "anna", (),
     "工作人员 2026-03-02 09:30 “已办结”延期，最迟2026-03-10",
     "The staff, 2026-03-02 09:30: “Resolved” extended, to 2026-03-10 at the latest"),
    (said("CaseClockSuspended", step="resolved"), "anna", (),
     "工作人员 2026-03-02 09:30 暂停计时",
     "The staff, 2026-03-02 09:30: The clock stands still"),
    (said("CaseClockResumed", step="resolved"), "anna", (),
     "工作人员 2026-03-02 09:30 恢复计时",
     "The staff, 2026-03-02 09:30: The clock runs again"),
    (said("CaseClosed", step="closed", outcome="resolved", open_seconds=1), "anna", (),
     "调度人员 2026-03-02 09:30 已销号：已办结",
     "The dispatcher, 2026-03-02 09:30: Closed: Resolved"),
    (said("CaseClosed", step="joined", outcome="joined", open_seconds=1), "anna", (),
     "工作人员 2026-03-02 09:30 已并案",
     "The staff, 2026-03-02 09:30: Joined another case"),
    (said("CaseReopened", step="reopened"), None, (),
     "系统 2026-03-02 09:30 重新办理",
     "The system, 2026-03-02 09:30: Reopened"),
    (said("CaseRevisited", step="revisited", satisfaction=2), None, (),
     "居民 2026-03-02 09:30 已回访：评分2",
     "The resident, 2026-03-02 09:30: Revisited: 2 of 5"),
    (said("CaseWithdrawn", step="withdrawn"), None, (),
     "居民 2026-03-02 09:30 已撤回",
     "The resident, 2026-03-02 09:30: Withdrawn"),
    (linked("leads_to"), "anna", (),
     "工作人员 2026-03-02 09:30 转出为“人民建议”",
     "The staff, 2026-03-02 09:30: It led to another matter (Suggestion)"),
    (linked("leads_to", outcome="adopted"), None, (),
     "系统 2026-03-02 09:30 转出为“人民建议”，结果：已采纳",
     "The system, 2026-03-02 09:30: It led to another matter (Suggestion); it ended: Adopted"),
    (linked("leads_to"), None, (linked("leads_to"), linked("leads_to", outcome="adopted")),
     "系统 2026-03-02 09:30 转出为“人民建议”，已重新办理",
     "The system, 2026-03-02 09:30: It led to another matter (Suggestion); it is open again"),
    (linked("leads_to"), "anna", (linked("has_part", outcome="adopted"),),
     "工作人员 2026-03-02 09:30 转出为“人民建议”",
     "The staff, 2026-03-02 09:30: It led to another matter (Suggestion)"),
    (linked("has_part", "of_old", "gone"), None, (),
     "系统 2026-03-02 09:30 分办出“of_old”，结果：gone",
     "The system, 2026-03-02 09:30: A part was split off (of_old); it ended: gone"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "actor", "before", "zh", "en"),
    TOLD,
    ids=[f"{number} {row[0].type}" for number, row in enumerate(TOLD)],
)
def test_what_happened_is_told_in_words(event, actor, before, zh, en):
    earlier = [Envelope(EVENT, f"case-{CASE}", 1, one) for one in before]
    words = TELLING.words(Envelope(EVENT, f"case-{CASE}", 2, event, actor), earlier)
    assert (words.zh, words.en) == (zh, en)


def test_every_event_of_a_case_has_words():
    of_cases = {topic.event for topic in CATALOGUE if topic.event.type.startswith("intake.case.")}
    assert {type(event) for event, *_ in TOLD} == of_cases


def test_every_relation_has_words():
    for relation in events.CaseLinked.model_fields["relation"].annotation.__args__:
        assert TELLING.words(Envelope(EVENT, f"case-{CASE}", 2, linked(relation)), []).zh


def test_every_role_that_acts_on_a_case_has_a_title():
    roles = {role for kind in KINDS.values() for role in kind.roles}
    assert roles <= TELLING.desk.lists.roles.keys()
