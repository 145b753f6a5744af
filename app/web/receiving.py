"""The bytes of a request's body, read up to a limit: a body that is too large is refused before all of it has come.

What has come counts as memory; its share must be held as long as the bytes are.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from ..errors import BadInput, MalformedMessage, TooLarge
from .admission import Share

PART_TOO_LARGE = "Part exceeded maximum size"  # what Starlette says about a part that is not a file

# Bytes that a multipart body may have besides the file.
ENVELOPE_BYTES = 2**16


async def read_body(request: Request, most: int, memory: Share) -> bytes:
    """Return the whole body; raises `TooLarge` as soon as it has more than `most` bytes, and `Overloaded`."""
    return await Request(request.scope, _capped(request, most, memory)).body()


async def read_upload(request: Request, most: int, memory: Share) -> bytes:
    """Return an uploaded file: the body itself, or the only file of a multipart form.

    Raises `TooLarge` for more than `most` bytes, `MalformedMessage` for a broken form, `BadInput` for a form without a
    file, and `Overloaded`.
    """
    if not _is_form(request):
        return await read_body(request, most, memory)
    async with _form(request, most, memory, max_files=1, max_fields=8) as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                return await value.read()
    raise BadInput("the form holds no file", where="body", expected="one file")


async def read_start(
    request: Request, most: int, most_attached: int, memory: Share
) -> tuple[bytes, bytes | None]:
    """Return a `start` message and its attached buffer: the body alone, or the two parts of a multipart form.

    Raises `TooLarge` for a message of more than `most` bytes or a buffer of more than `most_attached`,
    `MalformedMessage` for a broken form, `BadInput` for a form without these parts, and `Overloaded`.
    """
    if not _is_form(request):
        return await read_body(request, most, memory), None
    limits = {"max_files": 2, "max_fields": 2, "max_part_size": most}
    async with _form(request, most + most_attached, memory, **limits) as form:
        start = await _part(form, "start", most)
        values = await _part(form, "values", most_attached)
    return start, values


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


@asynccontextmanager
async def _form(request: Request, most: int, memory: Share, **limits: int) -> AsyncIterator[FormData]:
    """Yield the form of a request's body; raises `TooLarge`, and `MalformedMessage` if it cannot be read."""
    request = Request(request.scope, _capped(request, most + ENVELOPE_BYTES, memory))
    try:
        form = await request.form(**limits)
    except HTTPException as error:
        if PART_TOO_LARGE in error.detail:
            raise TooLarge(
                "the part 'start' is too large",
                where="start",
                expected=f"at most {limits['max_part_size']:,} bytes, the labels of its sequence included",
            ) from None
        raise MalformedMessage(
            f"the form cannot be read: {error.detail}", where="body", expected="multipart/form-data"
        ) from None
    try:
        yield form
    finally:
        await form.close()


async def _part(form: FormData, name: str, most: int) -> bytes:
    part = form.get(name)
    if part is None:
        raise BadInput(
            f"the form has no part {name!r}", where=name, expected="the parts 'start' and 'values'"
        )
    data = await part.read() if isinstance(part, UploadFile) else part.encode("utf-8", "surrogateescape")
    if len(data) > most:
        raise TooLarge(
            f"the part {name!r} has {len(data):,} bytes", where=name, expected=f"at most {most:,} bytes"
        )
    return data


def _capped(request: Request, most: int, memory: Share) -> Receive:
    error = TooLarge(
        f"the body has more than {most:,} bytes", where="body", expected=f"at most {most:,} bytes"
    )
    size = 0

    async def receive() -> Message:
        nonlocal size
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            raise error
        message = await request.receive()
        more = len(message.get("body", b""))
        size += more
        if size > most:
            raise error
        memory.grow(more)
        return message

    return receive
