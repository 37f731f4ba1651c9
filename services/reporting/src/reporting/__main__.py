"""`python -m reporting`: the service as a process."""

from chassis.serve import serve
from reporting.app import make_app
from reporting.settings import Settings

if __name__ == "__main__":
    serve("reporting", Settings, make_app)
