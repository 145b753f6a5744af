"""Large answers that count as memory until their client has received them."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .admission import Budget

PIECE = 2**18  # bytes; the next piece waits until the client has accepted the last


class HeldResponse(Response):
    """Sends bytes in pieces, and holds their size of a budget until the end; raises as `Share.grow` does."""

    def __init__(self, content: bytes, media_type: str, memory: Budget, headers: Mapping[str, str]) -> None:
        super().__init__(content, headers=headers, media_type=media_type)
        self.held = memory.share()
        self.held.grow(len(content))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.held:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            for start in range(0, len(self.body), PIECE):
                piece = self.body[start : start + PIECE]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body"})
