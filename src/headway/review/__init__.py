"""Where people answer: what is shown to them, the log that keeps it, the page, and other tools' files."""

from headway.review.choosing import Chosen, chosen
from headway.review.estimates import Standing, standing_of
from headway.review.queue import LOG, Queue, attempts_of, queued
from headway.review.recording import Recorder
from headway.review.serving import Server

__all__ = [
    "LOG",
    "Chosen",
    "Queue",
    "Recorder",
    "Server",
    "Standing",
    "attempts_of",
    "chosen",
    "queued",
    "standing_of",
]
