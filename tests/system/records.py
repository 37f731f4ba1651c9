"""What a city sets up so that people are heard: one record of every sort."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from chassis.workflow.workdays import day_of, is_workday


class Registry(Protocol):
    def post(self, service: str, path: str, body: object = None, role: str | None = None) -> Any:
        """A command that is accepted."""


def days(first: str, last: str) -> dict[str, str]:
    """Today and a month later, under these names."""
    today = day_of(datetime.now(UTC))
    return {first: str(today), last: str(today + timedelta(days=30))}


def workday() -> str:
    """The next day on which a leader sits, today or later."""
    today = day_of(datetime.now(UTC))
    return str(next(day for ahead in range(30) if is_workday(day := today + timedelta(ahead))))


def county_of(code: str) -> str:
    return code[:6].ljust(12, "0")


def set_up(city: Registry, code: str) -> dict[str, str]:
    """The ids of what was made there, by the names that addresses have."""
    made: dict[str, str] = {}

    def make(path: str, body: dict[str, Any], role: str = "registrar") -> None:
        name = f"{path.rpartition('/')[2][:-1]}_id"
        made[name] = city.post("intake", f"/v1/{path}", body, role)[name]

    topic = {"area": code, "theme": "safety", "title": "平安建设"} | days("opens_on", "closes_on")
    make("topics", topic, "editor")
    make("channels", {"area": code, "kind": "station", "level": "county", "name": "观察站"})
    make("observers", {"channel_id": made["channel_id"], "until": topic["closes_on"]})
    seen = {"theme": "safety", "text": "a loose kerb"}
    make(f"observers/{made['observer_id']}/observations", seen)
    make("mediators", {"area": code, "kind": "expert", "form": "person", "name": "李雷"})
    make("forums", {"area": code, "kind": "grid_pavilion", "name": "桂花树下"})
    make(f"forums/{made['forum_id']}/sessions", {"participants": {"residents": 9}}, "host")
    visit = {"area": county_of(code), "kind": "visit_down", "on": topic["opens_on"]}
    make("meetings", visit, "petition_office")
    return made
