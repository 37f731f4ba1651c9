"""PostgreSQL checks every SQL constant against the migrated schema."""

import importlib
import pkgutil
import re

import pytest

from contracts import SERVICES

SQL = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")
PART = re.compile(r"\s*\w+ AS \(")
"""Of what a unit of work writes as one statement."""
NOT_IMPORTED = ("__main__",)


def queries(package_name):
    """Name -> SQL of every upper-case constant that is a statement."""
    package = importlib.import_module(package_name)
    found = {}
    for module in pkgutil.walk_packages(package.__path__, package_name + "."):
        if module.name.endswith(NOT_IMPORTED):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if not (name.isupper() and isinstance(value, str)):
                continue
            if SQL.match(value):
                found[f"{module.name}.{name}"] = value
            elif PART.match(value):
                found[f"{module.name}.{name}"] = f"WITH {value} SELECT"
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_prepares(database, service):
    pool = await database("chassis", service)
    statements = queries("chassis") | queries(service)
    assert len(statements) > 20
    faults = {}
    async with pool.acquire() as db:
        for name, sql in statements.items():
            try:
                await db.prepare(sql)
            except Exception as fault:
                faults[name] = str(fault)
    assert faults == {}
