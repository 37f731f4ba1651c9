"""Commands intake accepts, by the aggregate they change. Each runs in the caller's transaction."""

from intake.handlers import cases as cases
from intake.handlers import channels as channels
from intake.handlers import forums as forums
from intake.handlers import links as links
from intake.handlers import mediators as mediators
from intake.handlers import meetings as meetings
from intake.handlers import observations as observations
from intake.handlers import observers as observers
from intake.handlers import topics as topics
