"""`python -m liuchi`: the command line where no script is installed, as in a container."""

from liuchi.cli import app

app()
