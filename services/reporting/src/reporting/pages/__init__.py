"""The dashboard: pages drawn on the server, kept moving by a little script."""

from chassis.pages import signing_in
from chassis.pages.rendering import Pages
from reporting.asking import READERS
from reporting.pages import dashboard, receipts

PAGES = Pages("reporting.pages", home="/")

ROUTERS = (dashboard.router, receipts.router, signing_in.routes(*READERS))
