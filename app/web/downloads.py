"""Whole traces as files: written into a temporary folder, sent from there, and deleted."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from ..export import FileFormat, spooled
from ..networks.run import Run
from .attended import Check, attended
from .connections import abort
from .services import Services


class TemporaryFileResponse(FileResponse):
    """Sends a file from a temporary folder, and always removes the folder afterwards.

    A client that accepts no data for `stalled_seconds` is dropped.
    """

    def __init__(
        self, folder: TemporaryDirectory[str], name: str, media_type: str, stalled_seconds: float
    ) -> None:
        super().__init__(
            Path(folder.name) / name,
            media_type=media_type,
            filename=name,
            headers={"Cache-Control": "no-store"},
        )
        self.folder = folder
        self.stalled_seconds = stalled_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            with anyio.fail_after(self.stalled_seconds):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            abort(scope)
            raise ClientDisconnect from None
        finally:
            self.folder.cleanup()


async def download(request: Request, run: Run, form: FileFormat) -> TemporaryFileResponse:
    """Compute a run's whole trace and answer with it; raises `ClientDisconnect` if the client disconnects meanwhile.

    The request's body must have been read.
    """
    folder = TemporaryDirectory(prefix="gatescope-")
    name = f"gatescope-{run.model.id}.{form.name}"
    patience = Services.of(request).settings.stalled_seconds
    response = TemporaryFileResponse(folder, name, form.media_type, patience)
    try:
        await attended(request, partial(_write, run, form, Path(response.path)))
    except BaseException:
        folder.cleanup()
        raise
    return response


def _write(run: Run, form: FileFormat, path: Path, check: Check) -> None:
    with spooled(run, lambda steps: check()) as trace:
        form.write(trace, path, check)
