"""How far the loading has come, for whoever watches."""

from typing import Protocol


class Progress(Protocol):
    def begin(self, what: str, count: int) -> None:
        """A part of the city, which takes so many steps."""

    def step(self, what: str) -> None: ...


class Unwatched:
    def begin(self, what: str, count: int) -> None:
        pass

    def step(self, what: str) -> None:
        pass
