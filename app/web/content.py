"""Bytes that are served repeatedly: compressed once, validated by ETag, in the best encoding for each client."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from .kept import Kept, brotli_packing, gzip_packing

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

# Brotli's best quality takes many seconds for a large file and saves only about one percent.
LARGE = 2**20
BROTLI_BEST, BROTLI_LARGE = 11, 9
BROTLI_QUICK = 5
GZIP_BEST = 9
NOWHERE = Kept(None)


@dataclass(frozen=True, eq=False)
class Content:
    """Bytes with their media type, hash, and compressed variants by coding, which are added as they become ready."""

    body: bytes
    media_type: str
    tag: str
    variants: dict[str, Future[bytes]] = field(default_factory=dict)

    @staticmethod
    def of(body: bytes, media_type: str) -> Content:
        """Make content that is not compressed yet."""
        return Content(body, media_type, hashlib.sha256(body).hexdigest()[:16])

    def gzip(self, executor: Executor, kept: Kept = NOWHERE) -> None:
        """Compress the gzip variant in the background."""
        self.variants["gzip"] = executor.submit(kept.packed, self.body, gzip_packing(GZIP_BEST))

    def brotli(self, executor: Executor, quality: int | None = None, kept: Kept = NOWHERE) -> None:
        """Compress the brotli variant in the background; the default quality depends on the size."""
        if quality is None:
            quality = BROTLI_BEST if len(self.body) < LARGE else BROTLI_LARGE
        self.variants["br"] = executor.submit(kept.packed, self.body, brotli_packing(quality))

    async def respond(self, request: Request, cache_control: str) -> Response:
        """Answer a request with the best variant, or with 304 if the client has it."""
        coding, body = await self._variant(accepted_codings(request.headers))
        headers = {
            "Cache-Control": cache_control,
            "Vary": "Accept-Encoding",
            "ETag": f'"{self.tag}-{coding}"' if coding else f'"{self.tag}"',
        }
        if coding:
            headers["Content-Encoding"] = coding
        if _is_known(request.headers, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=self.media_type)

    async def _variant(self, accepted: frozenset[str]) -> tuple[str | None, bytes]:
        """Return the best variant that is ready, otherwise wait for gzip; plain bytes if the client accepts neither."""
        codings = [coding for coding in ("br", "gzip") if coding in accepted and coding in self.variants]
        if not codings:
            return None, self.body
        coding = next((coding for coding in codings if self.variants[coding].done()), codings[-1])
        return coding, await asyncio.shield(asyncio.wrap_future(self.variants[coding]))


def accepted_codings(headers: Headers) -> frozenset[str]:
    """Return the content codings that a client accepts (RFC 9110, section 12.5.3)."""
    accepted = set()
    for item in headers.get("accept-encoding", "").lower().split(","):
        coding, _, parameter = item.partition(";")
        weight = parameter.strip().removeprefix("q=").strip() or "1"
        if weight.strip("0.") and coding.strip():
            accepted.add(coding.strip())
    return frozenset(accepted)


def _is_known(headers: Headers, tag: str) -> bool:
    known = headers.get("if-none-match", "")
    return known.strip() == "*" or tag in [item.strip().removeprefix("W/") for item in known.split(",")]
