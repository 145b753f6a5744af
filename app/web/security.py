"""Browser security: headers on every answer, and no access to the API from pages of other origins."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import Forbidden
from .hosts import hosts_of
from .problems import ProblemResponse

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Headers of documents only: the hundred scripts and stylesheets do not need them.
DOCUMENT_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}

# Plotly sets styles from its script and makes pictures as data: and blob: addresses; everything else is forbidden.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; manifest-src 'self'; connect-src 'self'{sockets}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
NO_DOCUMENTS = ("text/javascript", "text/css")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def content_security_policy(host: str) -> str:
    """Return the policy for a page of `host`, with its WebSocket, which 'self' does not include in every browser."""
    return POLICY.format(sockets=f" ws://{host} wss://{host}" if HOST.fullmatch(host) else "")


class SecurityHeaders:
    """Adds the security headers to every answer, including problems and refused handshakes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if not headers.get("content-type", "").startswith(NO_DOCUMENTS):
                    headers.update(DOCUMENT_HEADERS)
                    host = Headers(scope=scope).get("host", "")
                    headers["Content-Security-Policy"] = content_security_policy(host)
            await send(message)

        await self.app(scope, receive, secured)


class OwnOrigin:
    """Refuses WebSockets, and requests that make the server compute, from pages of other origins.

    A request without an Origin header does not come from a page, and is accepted.
    """

    def __init__(self, app: ASGIApp, allowed: list[str]) -> None:
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in SAFE_METHODS):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and not self.allows(origin, headers):
                error = Forbidden(
                    f"a page of the origin {origin[:200]!r} may not use this server",
                    where="Origin",
                    expected="the server's own origin, or one of the setting allowed_origins",
                )
                await ProblemResponse(error.problem())(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def allows(self, origin: str, headers: Headers) -> bool:
        """Return whether an origin is allowed, or the server's own by the host that the client or its proxy named."""
        if self.allowed & {"*", origin.lower()}:
            return True
        try:
            parts = urlsplit(origin)
            own = (parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])
            hosts = [urlsplit(f"{parts.scheme}://{host}") for host in hosts_of(headers)]
            return own in [(host.hostname, host.port or DEFAULT_PORTS[parts.scheme]) for host in hosts]
        except (KeyError, ValueError):
            return False
