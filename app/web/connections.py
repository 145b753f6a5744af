"""Connections that end when they must: one whose client takes nothing more is aborted, not waited for.

A closed transport first sends what is still in its buffer. Where the client has stopped reading, that never ends.
"""

from __future__ import annotations

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ABORT = "gatescope.abort"


class Requests(HttpToolsProtocol):
    """HTTP, whose scope holds a way to abort the connection."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"now": self.transport.abort}}


class Sockets(WebSocketsSansIOProtocol):
    """WebSockets that are aborted where the application ends without a goodbye, or the goodbye is not taken."""

    async def run_asgi(self) -> None:
        """Run the application for one connection."""
        await super().run_asgi()
        if self.close_sent:
            self.loop.call_later(2 * self.close_timeout, self.transport.abort)
        else:
            self.transport.abort()


def abort(scope: Scope) -> None:
    """End the connection of a request at once, where the server can."""
    if ABORT in scope.get("extensions", {}):
        scope["extensions"][ABORT]["now"]()
