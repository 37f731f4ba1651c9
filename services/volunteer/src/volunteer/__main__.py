"""`python -m volunteer`: the service as a process."""

from chassis.serve import serve
from volunteer.app import make_app
from volunteer.settings import Settings

if __name__ == "__main__":
    serve("volunteer", Settings, make_app)
