"""What every case is handled with: the kinds there are, and the vault for what people tell."""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from chassis.sealed.vault import Vault
from chassis.workflow.kind_files import KindRefused, load
from intake.domain.announcements import wrongs
from intake.domain.decisions import CaseDecider, Kinds, deciding


@dataclass(frozen=True)
class Desk:
    kinds: Kinds
    vault: Vault

    @cached_property
    def decider(self) -> CaseDecider:
        return deciding(self.kinds)


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
