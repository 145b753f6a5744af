"""The pages: Jinja2 templates with the opening data in them, compressed once."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from .content import ASK_EACH_TIME, BROTLI_QUICK, Content
from .opening import Block, Opening
from .static_files import Static

EXPLORE = "explore.html"


class Pages:
    """Renders each page once for a root path and a data block."""

    def __init__(
        self, templates: Path, static: Static, opening: Opening, executor: Executor, version: str
    ) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.static = static
        self.opening = opening
        self.executor = executor
        self.version = version
        self._explore: dict[str, tuple[Block, Content]] = {}

    async def explore(self, request: Request) -> Response:
        """Answer with the page, which holds the beginning of its opening example."""
        root_path: str = request.scope.get("root_path", "")
        block = await self.opening.block()
        shown, content = self._explore.get(root_path, (None, None))
        if content is None or shown is not block:
            content = Content.of(self.render(EXPLORE, root_path, block), "text/html; charset=utf-8")
            content.gzip(self.executor)
            content.brotli(self.executor, BROTLI_QUICK)
            self._explore[root_path] = block, content
        return await content.respond(request, ASK_EACH_TIME)

    def render(self, name: str, root_path: str, block: Block) -> bytes:
        """Return a page as HTML.

        Templates can use `static_url(path)`, `root_path`, `version`, `modules_of(script)`, `models` and `cells` (as in
        the API), and `opening`, the data block: `{{ opening | tojson }}` is safe in a script element.
        """

        def static_url(path: str) -> str:
            return root_path + self.static.url(path)

        page = self.environment.get_template(name).render(
            static_url=static_url,
            root_path=root_path,
            version=self.version,
            modules_of=self.static.modules_of,
            models=block["models"],
            cells=block["cells"],
            opening=block,
        )
        return page.encode()
