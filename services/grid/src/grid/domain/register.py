"""A file of the register (code,name,level,parent): what in it is new, and every row that is wrong.

The rules are those of `area`; here they are told with line numbers, before anything is changed.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chassis.access import territory
from contracts.fields import DivisionName
from grid.domain.area import differs, misplaced

COLUMNS = ["code", "name", "level", "parent"]

CODE = re.compile("[0-9]{12}")

_NAME = TypeAdapter[Any](DivisionName)


@dataclass(frozen=True)
class Row:
    line: int
    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class BadRow:
    line: int
    why: str


class BadRows(Exception):  # noqa: N818 - an answer to whoever sent the file
    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__(f"Rows that are not as expected: {len(rows)}. Nothing was imported.")
        self.rows = sorted(rows, key=lambda row: row.line)


@dataclass(frozen=True)
class Sorted:
    new: list[Row]
    """Parents before children."""
    unchanged: int
    left_out: int
    """Rows outside the part that was asked for."""


def read(text: str) -> list[Row | BadRow]:
    """The rows of a CSV file."""
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[Row | BadRow] = []
    try:
        if next(lines, None) != COLUMNS:
            return [BadRow(1, f"The first line is the header {','.join(COLUMNS)}.")]
        for cells in lines:
            if len(cells) == len(COLUMNS):
                code, name, level, parent = cells
                rows.append(Row(lines.line_num, code, name, level, parent or None))
            elif cells:
                rows.append(BadRow(lines.line_num, f"It has {len(cells)} columns and not 4."))
    except csv.Error:
        rows.append(BadRow(lines.line_num, "This is not CSV: a quotation mark stands alone."))
    return rows


def codes(rows: Sequence[Row | BadRow]) -> list[str]:
    """Every code the rows speak of, each once."""
    cells = (cell for row in rows if isinstance(row, Row) for cell in (row.code, row.parent))
    return list({cell for cell in cells if cell and CODE.fullmatch(cell)})


def sort_out(rows: Sequence[Row | BadRow], known: Mapping[str, str], part: str) -> Sorted:
    """`known`: code → name of areas registered already; `part`: a prefix of codes, the rest is
    left alone. Raises BadRows with every row that is wrong.
    """
    bad = [row for row in rows if isinstance(row, BadRow)]
    good = [row for row in rows if isinstance(row, Row)]
    taken = [row for row in good if row.code.startswith(part)]
    first_lines: dict[str, int] = {}
    for row in taken:
        first_lines.setdefault(row.code, row.line)
    wrongs = ((row.line, _wrong(row, known, first_lines)) for row in taken)
    bad += [BadRow(line, why) for line, why in wrongs if why]
    if bad:
        raise BadRows(bad)
    new = [row for row in taken if row.code not in known]
    new.sort(key=lambda row: (len(territory(row.code)), row.code))
    return Sorted(new, len(taken) - len(new), len(good) - len(taken))


def _wrong(row: Row, known: Mapping[str, str], first_lines: Mapping[str, int]) -> str | None:
    if why := misplaced(row.code, row.level, row.parent):
        return why
    try:
        _NAME.validate_python(row.name)
    except ValidationError:
        return "A name is 1 to 40 Chinese characters, Latin letters or digits."
    if (first := first_lines[row.code]) != row.line:
        return f"{row.code} stands in line {first} already."
    if row.parent and row.parent not in known and row.parent not in first_lines:
        return f"Its parent {row.parent} is neither registered nor in the file."
    if known.get(row.code, row.name) != row.name:
        return differs(row.code, known[row.code])
    return None
