"""Reads metrics from folders of TOML files: those of this package, and a city's own over them."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reporting.metric import Definition, Metric
from reporting.metric_rules import wrongs

SHIPPED = Path(__file__).parent / "metrics"

Metrics = dict[str, Metric]


class File(Definition):
    metric: tuple[Metric, ...] = ()


_FILE = TypeAdapter(File)


class MetricsRefused(ValueError):  # noqa: N818 - an answer to whoever wrote the file
    """The message has a sentence for each thing wrong."""


def load(*folders: Path) -> Metrics:
    """All metrics by id; one from a later folder takes the place of an earlier one as a whole.

    Raises MetricsRefused with everything that is wrong.
    """
    metrics: Metrics = {}
    for folder in folders:
        metrics |= _read_folder(folder)
    return checked(metrics)


def checked(metrics: Metrics) -> Metrics:
    if sentences := list(wrongs(metrics)):
        raise MetricsRefused("\n".join(sentences))
    return metrics


def _read_folder(folder: Path) -> Metrics:
    if not folder.is_dir():
        raise MetricsRefused(f"{folder} is no folder; name one that holds files of metrics")
    metrics: Metrics = {}
    for path in sorted(folder.glob("*.toml")):
        for metric in _read(path):
            if metric.id in metrics:
                raise MetricsRefused(f"{path.name}: there is another {metric.id} in {folder}")
            metrics[metric.id] = metric
    return metrics


def _read(path: Path) -> tuple[Metric, ...]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return _FILE.validate_python(table).metric
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise MetricsRefused(f"{path.name}: this is not TOML in UTF-8: {fault}") from None
    except ValidationError as faults:
        sentences = [
            _sentence(path, table, fault["loc"], fault["msg"]) for fault in faults.errors()
        ]
        raise MetricsRefused("\n".join(sentences)) from None


def _sentence(path: Path, table: dict[str, Any], where: tuple[int | str, ...], what: str) -> str:
    name = ""
    if len(where) > 1 and where[0] == "metric":
        name = f"{table['metric'][where[1]].get('id', f'metric {where[1]}')}: "
        where = where[2:]
    return f"{path.name}: {name}{'.'.join(map(str, where))}: {what}"
