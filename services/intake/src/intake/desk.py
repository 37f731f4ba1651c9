"""What everything is handled with: the kinds, the lists, and the vault for what people tell."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from chassis.access import Forbidden
from chassis.sealed.vault import Vault
from chassis.workflow.kind import Kind
from chassis.workflow.kind_files import KindRefused, load
from intake.domain.announcements import wrongs
from intake.domain.decisions import CaseDecider, Kinds, deciding
from intake.lists import Lists

SEE_ALL = frozenset({"reader", "admin"})
OUTSIDE = frozenset({"resident", "volunteer"})
"""They act through their receipt, or through another service."""


@dataclass(frozen=True)
class Desk:
    kinds: Kinds
    vault: Vault
    lists: Lists
    duplicates_offered: Collection[str] = ()
    """The kinds of which whoever files is shown likely duplicates."""

    @cached_property
    def decider(self) -> CaseDecider:
        return deciding(self.kinds)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that have to do with cases of any kind."""
        return frozenset().union(SEE_ALL, *(k.roles for k in self.kinds.values())) - OUTSIDE

    @cached_property
    def filers(self) -> frozenset[str]:
        """The roles that file what was told to them."""
        return frozenset(role for k in self.kinds.values() for role in k.steps[0].by) - OUTSIDE

    @cached_property
    def handlers(self) -> frozenset[str]:
        """The roles that take cases of any kind further, or give them time."""
        kinds = self.kinds.values()
        roles = {role for kind in kinds for role in (*kind.handlers, *kind.supervised_by)}
        return frozenset(roles - OUTSIDE)

    @cached_property
    def offices(self) -> frozenset[str]:
        """The roles that schedule meetings of leaders and record them, each those of its kind."""
        return frozenset(role for kind in self.lists.meeting_kinds.values() for role in kind.by)

    @cached_property
    def gated_steps(self) -> frozenset[str]:
        """The steps for which it matters whether a list forbids what is asked for."""
        gates = (kind.gate for kind in self.kinds.values() if kind.gate)
        return frozenset(name for gate in gates for name in (gate.forbids, gate.step))

    def seen_by(self, roles: Collection[str]) -> list[str] | None:
        """The kinds of whose cases these may know where they stand; None for every kind."""
        if not SEE_ALL.isdisjoint(roles):
            return None
        return [name for name, kind in self.kinds.items() if not kind.roles.isdisjoint(roles)]

    def check_seen(self, kind: str, roles: Collection[str]) -> None:
        """Raise Forbidden for a case of a kind these have nothing to do with."""
        seen = self.seen_by(roles)
        if seen is not None and kind not in seen:
            raise Forbidden(f"A {kind} is not yours to see; yours are {', '.join(seen) or 'none'}.")

    def check_told(self, kind: Kind, roles: Collection[str]) -> None:
        """Raise Forbidden for those who do not work on cases of the kind: they read no texts."""
        told = kind.handlers - OUTSIDE - SEE_ALL
        if told.isdisjoint(roles):
            raise Forbidden(f"What was told with a {kind.name} is for {', '.join(sorted(told))}.")


async def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
"""A route's parameter: `desk: AtDesk`."""


def load_kinds(city: Path | None = None) -> Kinds:
    """The kinds of the package, and over them those of a city's own folder.

    Raises KindRefused with a sentence for each thing wrong in a file.
    """
    with as_file(files("intake") / "kinds") as shipped:
        kinds = load(shipped, *([city] if city else []))
    sentences = [f"{kind.name}: {wrong}" for kind in kinds.values() for wrong in wrongs(kind)]
    if sentences:
        raise KindRefused("\n".join(sentences))
    return kinds
