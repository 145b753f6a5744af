"""The page's files, held in memory, compressed once, and served under an address with their version.

`/static/<version>/…` never changes, so browsers can cache it forever. The version is a hash of all contents, so the
scripts' relative imports stay within one version. Plotly's bundle comes from the installed plotly package.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from concurrent.futures import Executor
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from ..errors import NotFound
from ..recurrent import CELLS
from .content import FOR_GOOD, Content
from .kept import Kept

PLOTLY = "vendor/plotly.min.js"
SIGNALS = "signals.css"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# A static import, such as `import { find } from "./page/dom.js"`; imports of types are in comments.
IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(\.{1,2}/[^"]+)"', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COMPRESSED_ALREADY = {".ico", ".jpg", ".png", ".webp", ".woff2"}


class Static:
    """All static files of a server."""

    def __init__(self, directory: Path) -> None:
        files = {
            path.relative_to(directory).as_posix(): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file() and path.suffix in MEDIA_TYPES
        }
        files[PLOTLY] = plotly_bundle().read_bytes()
        files[SIGNALS] = signals_css().encode()
        self.contents = {
            name: Content.of(body, MEDIA_TYPES[Path(name).suffix]) for name, body in files.items()
        }
        tags = "".join(f"{name}\0{content.tag}\0" for name, content in sorted(self.contents.items()))
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:16]

    def compress(self, executor: Executor, kept: Kept) -> None:
        """Compress all files that are not in the cache, in the background: small files and the faster coding first."""
        contents = [
            content for name, content in self.contents.items() if Path(name).suffix not in COMPRESSED_ALREADY
        ]
        contents.sort(key=lambda content: len(content.body))
        for content in contents:
            content.gzip(executor, kept)
        for content in contents:
            content.brotli(executor, kept=kept)
        executor.submit(kept.forget_unused)

    def modules_of(self, page: str) -> list[str]:
        """Return the paths of a page's script and of all modules that it imports, so that they load in parallel."""
        found = {page: None}  # in the order of the imports
        waiting = [page]
        while waiting:
            path = waiting.pop()
            for imported in IMPORT.findall(COMMENT.sub("", self.contents[path].body.decode())):
                module = posixpath.normpath(posixpath.join(posixpath.dirname(path), imported))
                if module not in found:
                    found[module] = None
                    waiting.append(module)
        return list(found)

    def url(self, path: str) -> str:
        """Return a file's address below the root path; raises `NotFound` for a missing file."""
        if path not in self.contents:
            raise NotFound(f"there is no static file {path!r}", where=path)
        return f"/static/{self.version}/{path}"

    async def respond(self, request: Request) -> Response:
        """Answer a request for a file; raises `NotFound`, also for the address of another version."""
        version, path = request.path_params["version"], request.path_params["path"]
        content = self.contents.get(path)
        if content is None or version != self.version:
            raise NotFound(f"there is no static file {path!r} of version {version!r}", where=request.url.path)
        return await content.respond(request, FOR_GOOD)


def plotly_bundle() -> Path:
    """Return the path of the installed plotly package's JavaScript, without importing the package."""
    spec = find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("expected the plotly package to be installed, but it is not")
    return Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"


def signals_css() -> str:
    """Return the stylesheet with a custom property for each signal's colour, for both themes."""
    signals = {signal.css: signal for cell in CELLS.values() for signal in cell.signals}

    def rule(selector: str, theme: Literal["light", "dark"], indent: str = "") -> str:
        colours = ((name, getattr(signal, theme)) for name, signal in signals.items())
        lines = "".join(f"{indent}  {name}: {colour};\n" for name, colour in colours)
        return f"{indent}{selector} {{\n{lines}{indent}}}\n"

    return (
        rule(":root", "light")
        + "@media (prefers-color-scheme: dark) {\n"
        + rule(":root:not([data-theme=light])", "dark", "  ")
        + "}\n"
        + rule(":root[data-theme=dark]", "dark")
    )
