"""The demo city: fills Huainan through the public HTTP APIs, the same one for the same seed."""

from liuchi.demo.load import load
from liuchi.demo.size import FULL, SMALL, Size

__all__ = ["FULL", "SMALL", "Size", "load"]
