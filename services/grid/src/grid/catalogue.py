"""The roles and the kinds of checklist a city knows: data, read from TOML files at start.

A city's own folder may hold a roles.toml and a checklists.toml: what they define is added, or
takes the place of ours under the same name.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contracts.fields import Code, Level
from grid.domain.checklist import ListKind
from grid.domain.post import Role

Entry = TypeVar("Entry", bound="Named")


class CatalogueRefused(Exception):  # noqa: N818 - an answer to whoever wrote the file
    """Names the file and what is wrong with it."""


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    zh: str
    en: str


class Named(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Title
    source: str
    """Id of the mechanism in the source texts, or the city's own reference."""


class RoleEntry(Named):
    needs_grid: bool = False
    levels: frozenset[Level] = Field(min_length=1)


class ListKindEntry(Named):
    has_tasks: bool = False
    categories: frozenset[Code] = frozenset()


@dataclass(frozen=True)
class Catalogue:
    role_entries: dict[str, RoleEntry]
    list_kind_entries: dict[str, ListKindEntry]

    def role(self, name: str) -> Role:
        """Raises a 422 that names the roles there are."""
        entry = _find("role", name, self.role_entries)
        return Role(name, entry.needs_grid, entry.levels)

    def list_kind(self, name: str) -> ListKind:
        """Raises a 422 that names the kinds there are."""
        entry = _find("kind of checklist", name, self.list_kind_entries)
        return ListKind(name, entry.has_tasks, entry.categories)


def load(own: Path | None = None) -> Catalogue:
    """Reads files. Raises CatalogueRefused for one that is wrong."""
    folders: list[Traversable] = [files("grid") / "kinds", *([own] if own else [])]
    return Catalogue(
        _read("roles.toml", RoleEntry, folders), _read("checklists.toml", ListKindEntry, folders)
    )


def _read(name: str, kind: type[Entry], folders: list[Traversable]) -> dict[str, Entry]:
    entries: TypeAdapter[dict[str, Entry]] = TypeAdapter(dict[Code, kind])  # type: ignore[valid-type]
    found: dict[str, Entry] = {}
    for file in (folder / name for folder in folders):
        if file.is_file():
            try:
                found |= entries.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
            except tomllib.TOMLDecodeError as fault:
                raise CatalogueRefused(f"{file} is not TOML: {fault}.") from None
            except ValidationError as fault:
                wrong = "; ".join(_sentence(error) for error in fault.errors())
                raise CatalogueRefused(f"{file} is not as expected: {wrong}.") from None
    return found


def _sentence(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _find(what: str, name: str, entries: dict[str, Entry]) -> Entry:
    if name not in entries:
        possible = ", ".join(entries)
        raise HTTPException(422, f"There is no {what} {name} here; there are: {possible}.")
    return entries[name]
