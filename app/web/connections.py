"""Connections whose client has stopped reading are aborted.

A transport that is closed normally first sends its buffer, which never ends if the client has stopped reading.
"""

from __future__ import annotations

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ABORT = "gatescope.abort"


class Requests(HttpToolsProtocol):
    """The HTTP protocol, with a function in the scope that aborts the connection."""

    def on_message_begin(self) -> None:
        """Begin a request, and add the function to its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"now": self.transport.abort}}


class Sockets(WebSocketsSansIOProtocol):
    """WebSockets that are aborted if the application ends without a close message, or the client does not accept it."""

    async def run_asgi(self) -> None:
        """Run the application for one connection."""
        await super().run_asgi()
        if self.close_sent:
            self.loop.call_later(2 * self.close_timeout, self.transport.abort)
        else:
            self.transport.abort()


def abort(scope: Scope) -> None:
    """Abort the connection of a request at once, if the server can."""
    if ABORT in scope.get("extensions", {}):
        scope["extensions"][ABORT]["now"]()
