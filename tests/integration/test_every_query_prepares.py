"""PostgreSQL checks every SQL constant against the migrated schema."""

import importlib
import pkgutil
import re

import pytest

from contracts import SERVICES

SQL = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")
PART = re.compile(r"\s*(\w+) AS \(")
"""Of what a command writes together."""
NEXT_PART = re.compile(r"^    \), (\w+) AS \($", re.MULTILINE)
NOT_IMPORTED = ("__main__",)


def constants(package_name, pattern):
    """Name -> SQL of every upper-case constant that begins like the pattern."""
    package = importlib.import_module(package_name)
    found = {}
    for module in pkgutil.walk_packages(package.__path__, package_name + "."):
        if module.name.endswith(NOT_IMPORTED):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if name.isupper() and isinstance(value, str) and pattern.match(value):
                found[f"{module.name}.{name}"] = value
    return found


def of(service, pattern):
    return constants("chassis", pattern) | constants(service, pattern)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_prepares(database, service):
    pool = await database("chassis", service)
    parts = {name: f"WITH {part} SELECT" for name, part in of(service, PART).items()}
    statements = of(service, SQL) | parts
    assert len(parts) > 2
    assert len(statements) > 20
    faults = {}
    async with pool.acquire() as db:
        for name, sql in statements.items():
            try:
                await db.prepare(sql)
            except Exception as fault:
                faults[name] = str(fault)
    assert faults == {}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_written_together_has_names_of_its_own(service):
    parts = of(service, PART).values()
    names = [name for part in parts for name in (PART.match(part)[1], *NEXT_PART.findall(part))]
    assert len(names) > len(parts)
    assert sorted(names) == sorted(set(names))
