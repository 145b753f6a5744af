"""The messages that a client of the stream sends: the protocol `gatescope.v1`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from .run_request import Count, Strict, TraceRequest
from .validation import refusal

SUBPROTOCOL = "gatescope.v1"


class Start(TraceRequest):
    """Begins the run of a connection; `credit` is how many steps the server may send until it gets more credit."""

    type: Literal["start"]
    credit: Count


class Advance(Strict):
    """Gives the server credit for `steps` more steps."""

    type: Literal["advance"]
    steps: Count


class Stop(Strict):
    """Ends the run before its last step."""

    type: Literal["stop"]


ClientMessage = Start | Advance | Stop
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(
    Annotated[ClientMessage, Field(discriminator="type")]
)
TYPES = frozenset({"start", "advance", "stop"})


def read_message(text: str) -> ClientMessage:
    """Return a client's message; raises `MalformedMessage` if it is not JSON, `BadInput` if a field is wrong."""
    try:
        return CLIENT_MESSAGE.validate_json(text)
    except ValidationError as error:
        raise refusal(error, TYPES) from None
