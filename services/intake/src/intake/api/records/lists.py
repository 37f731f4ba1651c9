"""The lists of values that records carry: what a form is built from."""

from fastapi import APIRouter

from chassis.access import public
from intake.desk import AtDesk
from intake.lists import Lists

router = APIRouter(prefix="/v1", tags=["lists"])


@router.get("/lists", dependencies=[public])
async def show_lists(desk: AtDesk) -> Lists:
    return desk.lists
