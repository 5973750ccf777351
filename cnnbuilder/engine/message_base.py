"""What every message is: a request of the window, or an event of the child, some of them answers."""

from __future__ import annotations

from msgspec import Struct


class Request(Struct, frozen=True, tag_field="request", tag=str.lower):
    """What the window asks of the child."""


class Event(Struct, frozen=True, tag_field="event", tag=str.lower):
    """What the child, or the training loop, has to say."""


class Answer(Event, frozen=True):
    """The answer to a request besides the run, which a second child may have served."""

    number: int
