"""Log lines: JSON, with the trace, without what people typed."""

import json
import logging

import asyncpg
import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext
from pydantic import BaseModel, ValidationError

from chassis import telemetry
from chassis.logs import told

PHONE = "13800001111"


class Form(BaseModel):
    phone: int


def wrong_form():
    Form(phone=f"{PHONE}x")


def wrong_number():
    int(f"{PHONE}x")


def missing_key():
    {}[PHONE]


def duplicate_row():
    fields = {
        "C": "23505",
        "M": "duplicate key value",
        "D": f"Key (phone)=({PHONE}) already exists.",
        "n": "one_per_phone",
    }
    raise asyncpg.PostgresError.new(fields)


def several():
    raise ExceptionGroup(PHONE, [ValueError(PHONE), OSError("away")])


FAULTS = [
    pytest.param(wrong_form, ValidationError, "ValidationError of Form: ('phone',) int_parsing"),
    pytest.param(wrong_number, ValueError, "ValueError"),
    pytest.param(missing_key, KeyError, "KeyError"),
    pytest.param(
        duplicate_row, asyncpg.UniqueViolationError, "UniqueViolationError 23505 one_per_phone"
    ),
    pytest.param(several, ExceptionGroup, "ValueError; OSError: away"),
]


@pytest.mark.parametrize(("fault", "kind", "said"), FAULTS)
def test_of_a_fault_is_told_what_it_is_and_no_value(fault, kind, said):
    with pytest.raises(kind) as raised:
        fault()
    assert PHONE in str(raised.value)
    assert told(raised.value) == said


@pytest.fixture
def lines():
    """What is logged during the test, parsed; on the handler that the process logs to."""
    (handler,) = (
        each
        for each in logging.getLogger().handlers
        if type(each.formatter).__name__ == "ProcessorFormatter"
    )
    heard = []

    class Ear(logging.Handler):
        def emit(self, record):
            heard.append(json.loads(handler.format(record)))

    ear = Ear()
    logging.getLogger().addHandler(ear)
    yield heard
    logging.getLogger().removeHandler(ear)


@pytest.mark.parametrize(("fault", "kind", "said"), FAULTS)
def test_a_logged_fault_shows_where_and_no_value(lines, fault, kind, said):
    try:
        try:
            fault()
        except kind as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError:
        telemetry.log.exception("something_failed")
    (line,) = lines
    assert "RuntimeError: outer" in line["exception"]
    assert f"after {said}" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert PHONE not in json.dumps(line)


def test_a_line_names_its_service_and_trace(lines):
    with trace.use_span(NonRecordingSpan(SpanContext(0xABC, 0xDEF, is_remote=False))):
        telemetry.log.info("case_filed", case="c-1")
    (line,) = lines
    assert (line["service"], line["event"], line["case"]) == ("test", "case_filed", "c-1")
    assert line["trace_id"] == f"{0xABC:032x}"


def test_lines_of_the_libraries_look_the_same(lines):
    logging.getLogger("asyncpg").warning("connection %s", "lost")
    (line,) = lines
    assert (line["event"], line["level"], line["service"]) == ("connection lost", "warning", "test")
