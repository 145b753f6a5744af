"""Whole traces as files: written into a temporary folder, sent from there, and deleted."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from ..export import FileFormat, full_disk, spooled
from ..networks.run import Run
from .admission import Place, Share
from .attended import Check, attended


class HeldFileResponse(FileResponse):
    """Sends a file, and afterwards always releases what was held for it: its folder, and its place as a run."""

    def __init__(self, path: Path, media_type: str, held: ExitStack) -> None:
        super().__init__(
            path, media_type=media_type, filename=path.name, headers={"Cache-Control": "no-store"}
        )
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.held:
            await super().__call__(scope, receive, send)


async def download(
    request: Request, run: Run, form: FileFormat, place: Place, held: ExitStack
) -> HeldFileResponse:
    """Compute a run's whole trace and answer with it; raises `ClientDisconnect` if the client disconnects meanwhile.

    The files count in the place's share of the disk. `held` is passed on to the answer, which closes it at its end.
    The request's body must have been read. Raises `DiskFull`, `TooLarge` and `Overloaded`.
    """
    with held:
        with full_disk():
            folder = held.enter_context(TemporaryDirectory(prefix="gatescope-", ignore_cleanup_errors=True))
        path = Path(folder) / f"gatescope-{run.model.id}.{form.name}"
        await attended(request, partial(_write, run, form, path, place.disk))
        return HeldFileResponse(path, form.media_type, held.pop_all())


def _write(run: Run, form: FileFormat, path: Path, disk: Share, check: Check) -> None:
    with spooled(run, lambda steps: check(), disk.grow) as trace:
        spool = disk.held

        def counted() -> None:
            check()
            if path.exists():
                disk.grow(path.stat().st_size - (disk.held - spool))

        form.write(trace, path, counted)
        counted()
    disk.shrink(spool)
