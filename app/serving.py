"""Running the server: the options of uvicorn, and the environment of its worker processes."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import uvicorn

from .settings import Settings
from .web.connections import Requests, Sockets

# Frames may be much larger than the messages the application accepts, so that it can answer with a problem document.
FRAME_OVER_MESSAGE = 4
SMALLEST_FRAME_LIMIT = 2**24
STARTING_SECONDS = 60  # for a worker to answer while it starts on a busy machine, before it is started again
SHUTDOWN_SECONDS = 3  # for connections to close on their own
BYTES_OF_A_CELL = 8  # float64, in the binary message of an attached sequence


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """Return the options for uvicorn.Config that the settings ask for."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": Requests,
        "ws": Sockets,
        "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
        "timeout_worker_healthcheck": STARTING_SECONDS,
        "proxy_headers": False,  # the application reads them itself, to decide which X-Forwarded-Host to trust
        "ws_max_size": max(
            settings.max_message_bytes * FRAME_OVER_MESSAGE,
            settings.max_cells * BYTES_OF_A_CELL + SMALLEST_FRAME_LIMIT,
        ),
        "ws_per_message_deflate": False,  # float32 hardly shrinks, and compressing would cost more than the capture
        "server_header": False,
    }


def serve(settings: Settings) -> None:
    """Serve until stopped. Puts the settings into the environment, from which every process makes its application."""
    for name in settings.model_fields_set:
        os.environ[f"GATESCOPE_{name.upper()}"] = _written(getattr(settings, name))
    if settings.workers == 1 and sys.platform != "win32":  # a closed terminal leaves no temporary files
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    uvicorn.run(
        f"{__package__}.main:create_app", factory=True, workers=settings.workers, **uvicorn_options(settings)
    )


def _written(value: Any) -> str:
    """Return a setting's value in the form of an environment variable."""
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, list) else str(value)
