"""Run grid: `python -m grid`, set up by its environment."""

import uvicorn

from chassis import logs, telemetry
from chassis.settings import from_environment
from grid.app import NAME, make_app
from grid.settings import Settings


def main() -> None:
    settings = from_environment(Settings)
    logs.start(NAME, settings.log_level)
    telemetry.start(NAME, endpoint=settings.otlp_endpoint, share=settings.trace_share)
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # it would write down addresses and query strings
        proxy_headers=False,  # `trusted_proxies` decides whose are believed
        server_header=False,
    )


if __name__ == "__main__":
    main()
