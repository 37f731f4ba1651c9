"""Traces: one from the request over the bus to the projection, recorded where somebody looks."""

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from chassis import telemetry

PROCESS = Path(__file__).with_name("traced_process.py")
SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
KINDS = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}


COUNTED = """
from prometheus_client import generate_latest
from chassis import telemetry
telemetry.start("counting")
telemetry.commands.add(2)
telemetry.commands.add(1)
print(generate_latest().decode())
"""


@pytest.fixture
def collector():
    """An OTLP collector: `.heard` has what was exported, `.raw` its bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.server.raw += body
            self.server.heard.append(KINDS[self.path].FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.raw = [], b""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(endpoint, share, *traceparents):
    """The traceparents said by the request handlers, then those inside the policies."""
    command = [sys.executable, PROCESS, endpoint, str(share), *traceparents]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def endpoint(collector):
    return f"http://127.0.0.1:{collector.server_port}"


def spans(collector):
    return [
        span
        for export in collector.heard
        if isinstance(export, ExportTraceServiceRequest)
        for resource in export.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def trace_of(traceparent):
    return traceparent.split("-")[1]


def test_one_trace_from_the_request_over_the_bus_to_the_policy(collector):
    said, handled = run(endpoint(collector), 1.0)
    request, policy = spans(collector)
    assert (request.name, policy.name) == (
        "POST /v1/cases/{receipt}",
        "policy intake.case.filed.v1",
    )
    assert request.trace_id == policy.trace_id
    assert policy.parent_span_id == request.span_id
    assert request.trace_id.hex() == trace_of(said) == trace_of(handled)
    assert any(isinstance(export, ExportMetricsServiceRequest) for export in collector.heard)
    for typed in (b"SECRET", b"13800001111"):
        assert typed not in collector.raw


def test_the_callers_traces_go_on_and_are_recorded_where_they_are_sampled(collector):
    said = run(endpoint(collector), 0.0, SAMPLED, UNSAMPLED)
    assert [trace_of(each) for each in said] == [trace_of(SAMPLED), trace_of(UNSAMPLED)] * 2
    assert [span.trace_id.hex() for span in spans(collector)] == [trace_of(SAMPLED)] * 2


def test_without_a_collector_there_are_ids_all_the_same():
    one, other, *handled = run("", 1.0, "", "")
    assert [trace_of(one), trace_of(other)] == [trace_of(each) for each in handled]
    assert trace_of(one) != trace_of(other)
    assert not telemetry.came_from(one).trace_flags.sampled


@pytest.mark.parametrize(
    "header",
    [None, "", "x", SAMPLED[:-3], SAMPLED.replace("0af7", "0agz"), f"00-{0:032x}-{1:016x}-01"],
)
def test_a_malformed_traceparent_is_as_none(header):
    assert telemetry.came_from(header) is None
    with telemetry.continued(header, "policy"):
        assert telemetry.traceparent() is None


def test_the_trace_ends_with_its_block():
    with telemetry.continued(UNSAMPLED, "policy"):
        assert telemetry.traceparent() == UNSAMPLED
    assert telemetry.traceparent() is None


def test_what_is_counted_is_read_when_somebody_asks():
    command = [sys.executable, "-c", COUNTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert re.search(r"^liuchi_commands_total(\{.*\})? 3.0$", done.stdout, re.MULTILINE)
