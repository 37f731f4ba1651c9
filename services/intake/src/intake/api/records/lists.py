"""The lists of values that records carry: what a form is built from."""

from fastapi import APIRouter

from intake.api.reading import open_to_all
from intake.desk import AtDesk
from intake.lists import Lists

router = APIRouter(prefix="/v1", tags=["lists"])


@router.get("/lists", dependencies=open_to_all)
async def show_lists(desk: AtDesk) -> Lists:
    return desk.lists
