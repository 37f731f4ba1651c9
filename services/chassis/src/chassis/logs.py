"""Log lines as JSON on standard error, each with its trace id, none with what people typed."""

import logging
import sys
import traceback
from typing import Any

import structlog
from asyncpg import PostgresError
from opentelemetry import trace
from pydantic import ValidationError
from structlog.typing import EventDict, ExcInfo, WrappedLogger

FRAMES = 12


def start(service: str, level: str = "INFO") -> None:
    """Once per process: structlog and the libraries' own logging both end in the same lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace_ids,
        structlog.processors.ExceptionRenderer(_rendered),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _logger, _method, line: {"service": service, **line},
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[lines], level=level, force=True)


def told(fault: BaseException) -> str:
    """What may be written down of an exception: what it is and where, never the values in it.

    PostgreSQL repeats the row in DETAIL, pydantic the input, int() and a dict what they were given.
    """
    if isinstance(fault, BaseExceptionGroup):
        return "; ".join(map(told, fault.exceptions))
    kind = type(fault).__qualname__
    if isinstance(fault, PostgresError):
        names = (fault.sqlstate, fault.table_name, fault.column_name, fault.constraint_name)
        return " ".join([kind, *(name for name in names if name)])
    if isinstance(fault, ValidationError):
        places = (f"{error['loc']} {error['type']}" for error in fault.errors(include_input=False))
        return f"{kind} of {fault.title}: {'; '.join(places)}"
    return kind if isinstance(fault, ValueError | LookupError) else f"{kind}: {fault}"


def frames(fault: BaseException) -> str:
    """What was raised and where, a line for each frame, without the values."""
    trail = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    lines = [told(fault), *(f"  {at.filename}:{at.lineno} in {at.name}" for at in trail)]
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if cause is not None:
        lines.append(f"after {told(cause)}")
    return "\n".join(lines)


def _trace_ids(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        line["trace_id"] = f"{span.trace_id:032x}"
        line["span_id"] = f"{span.span_id:016x}"
    return line


def _rendered(exc_info: ExcInfo) -> str:
    return frames(exc_info[1])
