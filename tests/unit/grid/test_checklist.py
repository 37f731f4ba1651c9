"""Rules of a checklist, as history, command and outcome."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.grid import (
    ChecklistItemAdded,
    ChecklistItemDone,
    ChecklistItemRemoved,
    ChecklistItemUpdated,
    ChecklistPublished,
)
from grid.domain.checklist import (
    AddItem,
    FinishItem,
    ListKind,
    PublishChecklist,
    RemoveItem,
    UpdateItem,
    decider,
)

NOW, DAY = datetime(2026, 3, 2, tzinfo=UTC), date(2026, 6, 30)
LIST, ITEM = UUID(int=1), UUID(int=2)
CITY = "340400000000"
tasks = ListKind("care_items", True, frozenset())
standing = ListKind("no_certificate", False, frozenset())
bound = ListKind("care_items", True, frozenset({"rest", "health"}))

about = {"area": CITY, "time": NOW, "checklist_id": LIST, "kind": "care_items"}
published = ChecklistPublished(**about)
added = ChecklistItemAdded(**about, item_id=ITEM, category="rest", due_on=DAY)
done = ChecklistItemDone(**about, item_id=ITEM, category="rest")
removed = ChecklistItemRemoved(**about, item_id=ITEM, category="rest", was_done=False)

publish = PublishChecklist(LIST, tasks, CITY, NOW)
remove = RemoveItem(ITEM, NOW)


def add(kind=tasks, category="rest"):
    return AddItem(ITEM, kind, category, DAY, NOW)


def update(category="health", due_on=DAY, is_worded_anew=False, kind=tasks):
    return UpdateItem(ITEM, kind, category, due_on, is_worded_anew, NOW)


def updated(category="health", before="rest", is_done=False, due_on=DAY):
    return ChecklistItemUpdated(
        **about,
        item_id=ITEM,
        category=category,
        category_before=before,
        is_done=is_done,
        due_on=due_on,
    )


def finish(kind=tasks):
    return FinishItem(ITEM, kind, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], publish, [published], id="a list is published"),
        pytest.param([published], publish, [], id="publishing it again changes nothing"),
        pytest.param([published], add(), [added], id="an item is added"),
        pytest.param([published, added], add(), [], id="adding it again changes nothing"),
        pytest.param([published, added], update(), [updated()], id="an item is moved"),
        pytest.param(
            [published, added, done],
            update("rest", None),
            [updated("rest", is_done=True, due_on=None)],
            id="an item that is done is given no day",
        ),
        pytest.param(
            [published, added],
            update("rest", is_worded_anew=True),
            [updated("rest")],
            id="new words alone are an update",
        ),
        pytest.param([published, added], update("rest"), [], id="an update of nothing is none"),
        pytest.param([published, added], finish(), [done], id="an item is done"),
        pytest.param([published, added, done], finish(), [], id="done again changes nothing"),
        pytest.param([published, added], remove, [removed], id="an item is removed"),
        pytest.param(
            [published, added, done],
            remove,
            [removed.model_copy(update={"was_done": True})],
            id="an item that was done is removed",
        ),
        pytest.param([published, added, removed], remove, [], id="removed again changes nothing"),
        pytest.param(
            [published, added, updated()],
            remove,
            [removed.model_copy(update={"category": "health"})],
            id="an item is removed from where it was moved to",
        ),
    ],
)
def test_what_happens(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], add(), "publish it first", id="an item of no list"),
        pytest.param([published], finish(), "no such item", id="an item nobody added"),
        pytest.param([published], add(bound, "food"), "health or rest", id="an unbound category"),
        pytest.param(
            [published, added],
            update("food", kind=bound),
            "health or rest",
            id="moved out of bounds",
        ),
        pytest.param([published, added, removed], finish(), "was removed", id="done after removal"),
        pytest.param(
            [published, added, removed], update(), "was removed", id="moved after removal"
        ),
        pytest.param([published, added], finish(standing), "remove the item", id="nothing to do"),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
