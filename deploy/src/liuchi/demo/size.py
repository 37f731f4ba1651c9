"""How large a demo city is, and which: everything that `load` and its tests may choose."""

from dataclasses import dataclass

SEED = 20


@dataclass(frozen=True)
class Size:
    name: str
    """Under which it is on record as loaded."""
    seed: int = SEED
    """The same seed and the same size make the same city."""
    counties: tuple[str, ...] = ()
    """Codes of the counties that are registered; all of the city where there are none."""
    has_whole_register: bool = False
    """The other three cities are registered too."""
    communities: int | None = None
    """Urban communities with grids; None: every one."""
    estates: int = 1
    """Estate grids in a community that has some."""
    estates_in: float = 1.0
    """Share of the communities that have some."""
    volunteers: int = 0
    teams: int = 0
    activities: int = 0
    items: int = 0
    """On each checklist; with none, there are no checklists."""
    cases: int = 0
    days: int = 30
    """Cases are spread over so many days up to now; at most 50."""
    helped: int = 0
    """Cases more that go to volunteers, in the last day."""
    public: int = 0
    """Cases more that residents file now, as anybody may."""
    rounds: int = 0
    """How often each course of the other kinds is told; with none, there are no records either."""


SMALL = Size(
    "small",
    has_whole_register=True,
    estates_in=0.25,
    volunteers=300,
    teams=30,
    activities=40,
    items=6,
    cases=600,
    helped=12,
    public=5,
    rounds=2,
)

FULL = Size(
    "full",
    has_whole_register=True,
    estates=3,
    volunteers=4_000,
    teams=150,
    activities=400,
    items=12,
    cases=12_000,
    helped=80,
    public=20,
    rounds=12,
)

SIZES = {size.name: size for size in (SMALL, FULL)}
