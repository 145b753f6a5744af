"""The path under which a proxy serves the application."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Tells the application the path under which it is served, whether or not the proxy strips it."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root_path and scope["type"] != "lifespan":
            path: str = scope["path"]
            if path != self.root_path and not path.startswith(f"{self.root_path}/"):
                path = self.root_path + path  # the proxy has stripped it; redirects need it
            scope = {**scope, "root_path": self.root_path, "path": path}
        await self.app(scope, receive, send)
