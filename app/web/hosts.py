"""The host names that the server answers to, as a protection against DNS rebinding."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ..errors import Forbidden, brief
from .problems import ProblemResponse

FORWARDED_HOST = "x-forwarded-host"


class TrustedProxies(ProxyHeadersMiddleware):
    """Uses `X-Forwarded-*` headers of trusted proxies, and removes `X-Forwarded-Host` of all others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if scope["type"] != "lifespan" and (scope.get("client") or [None])[0] not in self.trusted_hosts:
            headers = [(name, value) for name, value in scope["headers"] if name != FORWARDED_HOST.encode()]
            scope = {**scope, "headers": headers}
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


class KnownHosts:
    """Refuses requests for other hosts than IP addresses, localhost and the allowed names.

    The `Host` header is always checked, whatever a proxy forwards, because a page cannot choose it in a browser.
    """

    def __init__(self, app: ASGIApp, allowed: list[str]) -> None:
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            host = Headers(scope=scope).get("host", "")
            if host and not self.knows(host):
                error = Forbidden(
                    f"this server does not answer to the name {brief(host)!r}",
                    where="Host",
                    expected="an IP address, localhost, or one of the setting allowed_hosts",
                )
                await ProblemResponse(error.problem())(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def knows(self, host: str) -> bool:
        """Return whether a host, with or without a port, is the server's."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return bool(self.allowed & {"*", name}) or name == "localhost" or _is_address(name)


def hosts_of(headers: Headers) -> list[str]:
    """Return the hosts that a client and its proxies requested."""
    named = [headers.get("host", ""), *headers.get(FORWARDED_HOST, "").split(",")]
    return [host.strip() for host in named if host.strip()]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
