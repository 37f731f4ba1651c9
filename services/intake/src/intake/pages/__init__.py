"""Pages: for residents without any script or token, for those who work here with one."""

from fastapi import APIRouter

from chassis.pages import signing_in
from chassis.pages.rendering import Pages
from intake.desk import Desk
from intake.pages import case, filing, following, queue
from intake.settings import Settings

PAGES = Pages("intake.pages", home="/queue")


def routers(settings: Settings, desk: Desk) -> list[APIRouter]:
    return [
        filing.routes(settings),
        following.routes(settings),
        queue.routes(desk),
        case.routes(desk),
        signing_in.routes(*sorted(desk.roles)),
    ]
