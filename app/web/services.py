"""The objects that the web layer of one server shares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ..sequences.limits import Limits
from ..settings import Settings
from ..zoo import Zoo
from .admission import Admission, Budget
from .loading import Loading
from .model_pages import ModelPages
from .opening import Opening
from .pages import Pages
from .parsing import Parsing
from .reading import Reading
from .runs import Runs
from .static_files import Static
from .threads import Threads


@dataclass(frozen=True)
class Services:
    """Made once by `create_app`, and stored as `app.state.services`."""

    settings: Settings
    version: str
    zoo: Zoo
    loading: Loading
    limits: Limits
    threads: Threads
    admission: Admission
    incoming: Budget
    parsing: Parsing
    reading: Reading
    runs: Runs
    static: Static
    opening: Opening
    translation: Opening
    model_pages: ModelPages
    pages: Pages
    page_compressor: ThreadPoolExecutor
    file_compressor: ThreadPoolExecutor

    @staticmethod
    def of(connection: HTTPConnection) -> Services:
        """Return the services of the server that received a request or a WebSocket."""
        services: Services = connection.app.state.services
        return services
