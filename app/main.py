"""Wiring: settings → the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import torch
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from . import __version__
from .settings import Settings, asset_directory
from .web.admission import Admission, Budget
from .web.api import router
from .web.connections import LIMITS, ConnectionLimits
from .web.head import HeadAsGet
from .web.hosts import KnownHosts, TrustedProxies
from .web.kept import Kept
from .web.limits import limits_of
from .web.loading import Loading
from .web.model_pages import ModelPages
from .web.openapi import install_openapi
from .web.opening import TRANSLATE, Opening
from .web.pages import Pages
from .web.parsing import Parsing
from .web.problems import install_problems, no_stream
from .web.reading import Reading
from .web.root_path import RootPath
from .web.runs import Runs
from .web.security import OwnOrigin, SecurityHeaders
from .web.services import Services
from .web.static_files import Static
from .web.threads import Threads
from .zoo import Zoo

INCOMING = 4
"""The share (1/4) of the memory reserved for bodies and messages that are arriving; runs have the rest."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; settings default to those of the environment."""
    settings = settings or Settings()
    page_compressor = ThreadPoolExecutor(1, "compress")
    file_compressor = ThreadPoolExecutor(1, "compress-files")  # large files; pages have their own
    zoo = Zoo(settings.models)
    loading = Loading(zoo)
    limits = limits_of(settings)
    threads = Threads(settings.threads)
    parsing = Parsing(limits, settings.parsers)
    static = Static(asset_directory("static"))
    opening = Opening(zoo, settings.opening_steps)
    memory = settings.max_memory_bytes // settings.workers
    translation = Opening(zoo, settings.opening_steps, TRANSLATE)
    parts = {"giving.html": opening, "finding.html": opening, "tracks.html": opening, "sandbox.html": opening}
    openings = {"explore.html": opening, "translate.html": translation} | parts
    pages = Pages(
        asset_directory("templates"),
        static,
        openings,
        page_compressor,
        version=__version__,
        most_bytes=limits.bytes,
    )
    services = Services(
        settings=settings,
        version=__version__,
        zoo=zoo,
        loading=loading,
        limits=limits,
        threads=threads,
        admission=Admission(
            settings.max_runs,
            Budget(memory - memory // INCOMING, "memory"),
            Budget(settings.max_disk_bytes // settings.workers, "disk"),
        ),
        incoming=Budget(memory // INCOMING, "memory"),
        parsing=parsing,
        reading=Reading(threads, parsing),
        runs=Runs(loading, threads, limits),
        static=static,
        opening=opening,
        translation=translation,
        model_pages=ModelPages(loading, threads, page_compressor, settings.opening_steps),
        pages=pages,
        page_compressor=page_compressor,
        file_compressor=file_compressor,
    )

    app = FastAPI(
        title="Gatescope",
        version=__version__,
        description="Every gate of a real trained recurrent network, step by step. The stream: docs/stream.md.",
        docs_url=None,  # its scripts would come from another host
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.services = services
    app.include_router(router)
    app.router.routes.append(Route("/", pages.explore))
    app.router.routes.append(Route("/translate", pages.translate))
    app.router.routes.append(Route("/parts/giving", pages.giving))
    app.router.routes.append(Route("/parts/finding", pages.finding))
    app.router.routes.append(Route("/parts/tracks", pages.tracks))
    app.router.routes.append(Route("/parts/sandbox", pages.sandbox))
    app.router.routes.append(Route("/static/{version}/{path:path}", static.respond))
    app.router.routes.append(WebSocketRoute("/{path:path}", no_stream))
    install_openapi(app)
    install_problems(app)
    if settings.allowed_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.allowed_origins, allow_methods=["*"])
    app.add_middleware(OwnOrigin, allowed=settings.allowed_origins)
    app.add_middleware(KnownHosts, allowed=settings.allowed_hosts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RootPath, root_path=settings.root_path)
    app.add_middleware(TrustedProxies, trusted_hosts=settings.forwarded_allow_ips)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, ConnectionLimits]]:
    """Compute the opening example and compress the static files in the background."""
    services: Services = app.state.services
    settings = services.settings
    torch.set_num_threads(1)  # the processors are shared between runs, not within a run
    services.static.compress(services.file_compressor, Kept(settings.cache))
    services.opening.start()
    services.translation.start_after(services.opening)
    try:
        yield {
            LIMITS: ConnectionLimits(
                memory=services.incoming,
                head_bytes=settings.max_head_bytes,
                request_seconds=settings.request_seconds,
                stalled_seconds=settings.stalled_seconds,
            )
        }
    finally:
        await services.translation.end()
        await services.opening.end()
        for compressor in (services.page_compressor, services.file_compressor):
            compressor.shutdown(wait=False, cancel_futures=True)
