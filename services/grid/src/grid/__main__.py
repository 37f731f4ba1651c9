"""`python -m grid`: the service as a process."""

from chassis.serve import serve
from grid.app import make_app
from grid.settings import Settings

if __name__ == "__main__":
    serve("grid", Settings, make_app)
