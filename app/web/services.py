"""What the parts of the web layer share in one server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..settings import Settings
from .opening import Opening
from .pages import Pages
from .runs import Runs
from .static_files import Static


@dataclass(frozen=True)
class Services:
    """Made once by `create_app`; requests find it at `app.state.services`."""

    settings: Settings
    version: str
    runs: Runs
    static: Static
    opening: Opening
    pages: Pages
    page_compressor: ThreadPoolExecutor
    file_compressor: ThreadPoolExecutor
