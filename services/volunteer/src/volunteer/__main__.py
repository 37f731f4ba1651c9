"""Run volunteer: `python -m volunteer`, set up by its environment."""

import uvicorn

from chassis import logs, telemetry
from chassis.settings import from_environment
from volunteer.app import NAME, make_app
from volunteer.settings import Settings


def main() -> None:
    settings = from_environment(Settings)
    logs.start(NAME, settings.log_level)
    telemetry.start(NAME, endpoint=settings.otlp_endpoint, share=settings.trace_share)
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
