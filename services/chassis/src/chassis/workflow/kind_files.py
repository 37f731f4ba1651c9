"""Reads kinds from folders of TOML files, and says in sentences what is wrong with one.

A file is one kind:

    kind = "relief"
    title = { zh = "周解忧事项", en = "Weekly relief matter" }
    source = "I-15"
    [[step]]                      # in order, the first is how it begins; keys as in `kind.Step`
    name = "assessed"
    title = { zh = "综合研判", en = "Assessed" }
    by = ["dispatcher"]
    within = "3 workdays"
    next = ["consulted", "declined"]          # or by outcome: { settled = ["closed"], "*" = [] }
    [field.category.property]     # a value of a field that has a list
    title = { zh = "物业", en = "Property" }
    suggests = { to = "department" }
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chassis.workflow.kind import Kind
from chassis.workflow.kind_rules import wrongs

_KIND = TypeAdapter(Kind)


class KindRefused(ValueError):  # noqa: N818 - an answer to whoever wrote the file
    """The message names the file and has a sentence for each thing wrong."""


def load(*folders: Path) -> dict[str, Kind]:
    """All kinds by name; one from a later folder takes the place of an earlier one as a whole.

    Reads files. Raise KindRefused for the first file that is wrong, a folder that is not there,
    and two files in one folder that name the same kind.
    """
    kinds: dict[str, Kind] = {}
    for folder in folders:
        kinds |= _read_folder(folder)
    return kinds


def parse(text: str, name: str = "kind") -> Kind:
    """One kind from the text of a file; `name` stands before each sentence of a KindRefused."""
    try:
        table = tomllib.loads(text)
        kind = _KIND.validate_python(table)
    except tomllib.TOMLDecodeError as error:
        raise KindRefused(f"{name}: this is not TOML: {error}") from None
    except ValidationError as error:
        raise _refusal(name, [_sentence(table, each) for each in error.errors()]) from None
    if sentences := list(wrongs(kind)):
        raise _refusal(name, sentences)
    return kind


def _read_folder(folder: Path) -> dict[str, Kind]:
    if not folder.is_dir():
        raise KindRefused(f"{folder} is no folder; name one that holds the files of kinds")
    kinds: dict[str, Kind] = {}
    for path in sorted(folder.glob("*.toml")):
        kind = _read(path)
        if kind.name in kinds:
            raise KindRefused(f"{path.name}: another file of {folder} is {kind.name} already")
        kinds[kind.name] = kind
    return kinds


def _read(path: Path) -> Kind:
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise KindRefused(f"{path.name}: this is not UTF-8; save it as UTF-8") from None


def _refusal(name: str, sentences: list[str]) -> KindRefused:
    return KindRefused("\n".join(f"{name}: {sentence}" for sentence in sentences))


def _sentence(table: dict[str, Any], error: ErrorDetails) -> str:
    where = list(error["loc"])
    of = ""
    if where[:1] == ["step"] and len(where) > 1:
        of = f"step {_step_name(table, where[1])}: "
        where = where[2:]
    key = ".".join(str(part) for part in where)
    match error["type"]:
        case "missing":
            return f"{of}{key} is missing"
        case "unexpected_keyword_argument":
            return f"{of}{key} is no key that is known here"
        case "string_pattern_mismatch":
            return f"{of}{key} is {error['input']!r}; write lower_case_words, at most 40 letters"
        case "value_error":
            return f"{of}{key}: {error['ctx']['error']}"
        case _:
            return f"{of}{key}: {error['msg']}"


def _step_name(table: dict[str, Any], index: int | str) -> str:
    step = table["step"][index]
    return str(step["name"]) if "name" in step else f"number {int(index) + 1}"
