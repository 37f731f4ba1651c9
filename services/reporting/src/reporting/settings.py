"""What reporting needs from its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings as ServiceSettings
from reporting.metric_files import SHIPPED, Metrics, load


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REPORTING_")

    metrics: Path | None = Field(
        None,
        description="a folder with the city's own metrics, each in place of ours of the same id",
    )


def metrics_of(settings: Settings) -> Metrics:
    """Ours, with the city's own over them. Raises MetricsRefused when a file is wrong."""
    return load(SHIPPED, *([settings.metrics] if settings.metrics else []))
