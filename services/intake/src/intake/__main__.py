"""`python -m intake`: the service as a process."""

from chassis.serve import serve
from intake.app import make_app
from intake.settings import Settings

if __name__ == "__main__":
    serve("intake", Settings, make_app)
