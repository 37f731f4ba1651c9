"""Why a case does not do what was asked, with titles for the names of its kind."""

from chassis.decider import Refused
from chassis.pages.speech import Speech
from chassis.refusals import Reason, reason
from chassis.workflow.deadline import Span
from chassis.workflow.kind import Kind
from intake.desk import Desk
from intake.domain.titles import kind_title, outcome_title, role_title, step_title, value_title
from intake.pages.forms import label_of


def reason_of(refused: Refused, desk: Desk, kind: Kind, say: Speech) -> Reason:
    field = str(refused.values.get("field"))  # whose list the values are of

    def named(place: str, value: object) -> str:
        name = str(value)
        match place.rpartition("_")[2]:
            case "kind":
                return say(kind_title(desk.kinds.get(name), name))
            case "step":
                return say(step_title(kind, name))
            case "outcome":
                return say(outcome_title(kind, name))
            case "role":
                title = say(role_title(desk.lists.roles, name))
                return title[:1].lower() + title[1:]
            case "field":
                return label_of(kind, name, say)
            case "value":
                return say(value_title(kind, field, name))
            case "unit":
                return say["unit"][name]
            case "span" if isinstance(value, Span) and say.language == "zh":
                return f"{value.count}{say['unit'][value.unit]}"
        return name

    return reason(refused, say.language, "intake", named)
