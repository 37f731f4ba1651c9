"""Traces and metrics (OpenTelemetry): one trace from the request over the bus to the projection.

Metrics are at /metrics always. Spans are recorded only when there is a collector; without one
the ids are still there, so that log lines of one request can be found together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import structlog
from opentelemetry import context, metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import (
    AlwaysOffExemplarFilter,
    MeterProvider,
    TraceBasedExemplarFilter,
)
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags

log = structlog.get_logger()

tracer = trace.get_tracer("liuchi")
_meter = metrics.get_meter("liuchi")
_ids = RandomIdGenerator()

requests = _meter.create_histogram(
    "http.server.request.duration",
    unit="s",
    explicit_bucket_boundaries_advisory=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
)
"""By http.request.method, http.route and http.response.status_code."""


class Tally:
    """A counter without attributes that is looked at when somebody asks: to add costs nothing."""

    def __init__(self, name: str, description: str) -> None:
        self._count = 0
        _meter.create_observable_counter(name, [self._observe], description=description)

    def add(self, more: int) -> None:
        self._count += more

    def _observe(self, _options: CallbackOptions) -> Iterator[Observation]:
        yield Observation(self._count)


commands = Tally("liuchi.commands", "commands committed")
refused = Tally("liuchi.refused", "commands the rules said no to")
relayed = _meter.create_counter("liuchi.relayed", description="events put on the bus")
relay_batches = _meter.create_histogram(
    "liuchi.relay.batch",
    description="events in one relay batch",
    explicit_bucket_boundaries_advisory=[1, 2, 5, 10, 20, 50, 100, 200, 500],
)
outbox_backlog = _meter.create_gauge(
    "liuchi.outbox.backlog", description="events not sent yet, at most a batch"
)
listener_lag = _meter.create_gauge(
    "liuchi.listener.lag", description="messages in the stream behind the checkpoint, by durable"
)
dead_letters = _meter.create_counter("liuchi.dead.letters", description="messages buried")

_is_recording = False
"""Whether there is a collector, which `start` is told."""


def start(service: str, *, endpoint: str | None = None, share: float = 0.1) -> None:
    """Once per process, before the first request. `endpoint`: an OTLP collector (HTTP/protobuf).

    `share` of the traces that begin here are recorded; those begun elsewhere are as they come.
    """
    resource = Resource.create({"service.name": service})
    readers: list[MetricReader] = [PrometheusMetricReader()]
    if endpoint:
        metrics_url = f"{endpoint.rstrip('/')}/v1/metrics"
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=metrics_url)))
    # Examples of a measurement name the trace it was made in: of use only where traces are kept.
    examples = TraceBasedExemplarFilter() if endpoint else AlwaysOffExemplarFilter()
    metrics.set_meter_provider(MeterProvider(readers, resource, exemplar_filter=examples))
    sampler = ParentBased(TraceIdRatioBased(share)) if endpoint else ALWAYS_OFF
    traces = TracerProvider(sampler, resource)
    if endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        traces.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(traces)
    global _is_recording
    _is_recording = endpoint is not None


def traceparent() -> str | None:
    """The current span as a W3C header; None where nothing is traced, as in a test of a rule."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


@contextmanager
def answering(header: str | None, name: str) -> Iterator[Span]:
    """Around a request: a span that goes on with the trace of the header, or begins one.

    Where none is recorded, only ids: making a span that is thrown away costs ten times as much.
    """
    parent = came_from(header)
    if _is_recording:
        around = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
        with tracer.start_as_current_span(
            name, around, SpanKind.SERVER, record_exception=False
        ) as span:
            yield span
    else:
        trace_id = parent.trace_id if parent else _ids.generate_trace_id()
        ids = SpanContext(trace_id, _ids.generate_span_id(), is_remote=False)
        with _known_by(ids) as span:
            yield span


@contextmanager
def continued(header: str | None, name: str) -> Iterator[None]:
    """Go on with the trace of what was heard; a span only where its trace is recorded.

    Otherwise the ids alone go on: into log lines, and into the events said inside the block.
    """
    parent = came_from(header)
    if parent is None:
        yield
    elif parent.trace_flags.sampled:
        around = trace.set_span_in_context(NonRecordingSpan(parent))
        with tracer.start_as_current_span(name, around, SpanKind.CONSUMER):
            yield
    else:
        with _known_by(parent):
            yield


@contextmanager
def _known_by(ids: SpanContext) -> Iterator[Span]:
    """A span that is not recorded."""
    span = NonRecordingSpan(ids)
    token = context.attach(trace.set_span_in_context(span))
    try:
        yield span
    finally:
        context.detach(token)


@lru_cache(maxsize=64)
def came_from(header: str | None) -> SpanContext | None:
    """The span a W3C traceparent names; None for an absent or malformed one."""
    parts = (header or "").split("-")
    if [len(part) for part in parts[:4]] != [2, 32, 16, 2]:
        return None
    try:
        trace_id, span_id, flags = (int(part, 16) for part in parts[1:4])
    except ValueError:
        return None
    span = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return span if span.is_valid else None
