"""`python -m intake`: the service as a process."""

import uvicorn

from chassis import logs, telemetry
from chassis.settings import from_environment
from intake.app import make_app
from intake.settings import Settings


def main() -> None:
    settings = from_environment(Settings)
    logs.start("intake", settings.log_level)
    telemetry.start("intake", endpoint=settings.otlp_endpoint, share=settings.trace_share)
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
