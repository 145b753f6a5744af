"""The pages: Jinja2 templates with the opening data in them, compressed once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from ..sequences.samples import SAMPLES
from .content import ASK_EACH_TIME, BROTLI_QUICK, Content
from .opening import Block, Opening
from .static_files import Static


class Pages:
    """Renders each page once for a root path and a data block; `openings` are the pages' own, by template."""

    def __init__(
        self,
        templates: Path,
        static: Static,
        openings: Mapping[str, Opening],
        executor: Executor,
        *,
        version: str,
        most_bytes: int,
    ) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        words = (templates / "partials" / "glossary.json").read_text(encoding="utf-8")
        self.environment.globals["glossary"] = json.loads(words)
        self.static = static
        self.openings = openings
        self.executor = executor
        self.version = version
        self.most_bytes = most_bytes
        self._rendered: dict[tuple[str, str], tuple[Block, Content]] = {}

    async def explore(self, request: Request) -> Response:
        """Answer with the Explore page."""
        return await self._answer(request, "explore.html")

    async def translate(self, request: Request) -> Response:
        """Answer with the Translate page."""
        return await self._answer(request, "translate.html")

    async def giving(self, request: Request) -> Response:
        """Answer with the dialog for the user's own sequence, which the Explore page asks for when needed."""
        return await self._answer(request, "giving.html")

    async def finding(self, request: Request) -> Response:
        """Answer with the list of units for marked steps, which the Explore page asks for when needed."""
        return await self._answer(request, "finding.html")

    async def tracks(self, request: Request) -> Response:
        """Answer with the rows of kept units, which the Explore page asks for when needed."""
        return await self._answer(request, "tracks.html")

    async def sandbox(self, request: Request) -> Response:
        """Answer with the panel of a random module, which the Explore page asks for with the first sandbox."""
        return await self._answer(request, "sandbox.html")

    async def _answer(self, request: Request, name: str) -> Response:
        """Answer with a page, which holds the beginning of its opening example."""
        root_path: str = request.scope.get("root_path", "")
        block = await self.openings[name].block()
        shown, content = self._rendered.get((name, root_path), (None, None))
        if content is None or shown is not block:
            content = Content.of(self.render(name, root_path, block), "text/html; charset=utf-8")
            content.gzip(self.executor)
            content.brotli(self.executor, BROTLI_QUICK)
            self._rendered[name, root_path] = block, content
        return await content.respond(request, ASK_EACH_TIME)

    def render(self, name: str, root_path: str, block: Block) -> bytes:
        """Return a page as HTML.

        Templates can use `static_url(path)`, `root_path`, `version`, `modules_of(script)`, `models` and `cells` (as in
        the API), `samples` (their names and titles), `glossary` (words with their meanings), `most_bytes` of an
        uploaded file, and `opening`, the data block: `{{ opening | tojson }}` is safe in a script element.
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
            samples={name: kind.title for name, kind in SAMPLES.items()},
            most_bytes=self.most_bytes,
            opening=block,
        )
        return page.encode()
