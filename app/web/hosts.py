"""The names under which the server answers: what a page of another site cannot borrow (DNS rebinding)."""

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
    """Believes `X-Forwarded-*` headers of the trusted proxies, and takes `X-Forwarded-Host` away from all others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if scope["type"] != "lifespan" and (scope.get("client") or [None])[0] not in self.trusted_hosts:
            headers = [(name, value) for name, value in scope["headers"] if name != FORWARDED_HOST.encode()]
            scope = {**scope, "headers": headers}
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


class KnownHosts:
    """Refuses requests for names that are not the server's: it answers to IP addresses, localhost and allowed names.

    A browser never lets a page choose the `Host` header, so it is checked, whatever a proxy forwards.
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
        """Tell whether a host, with or without a port, is the server's."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return bool(self.allowed & {"*", name}) or name == "localhost" or _is_address(name)


def hosts_of(headers: Headers) -> list[str]:
    """Return the hosts that a client and its proxies have asked for."""
    named = [headers.get("host", ""), *headers.get(FORWARDED_HOST, "").split(",")]
    return [host.strip() for host in named if host.strip()]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
