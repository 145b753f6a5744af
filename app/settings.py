"""The settings of a server. Each can be set by an environment variable `GATESCOPE_<NAME>`.

Sizes are limits against abuse; input that exceeds a limit is refused with a problem that names the limit.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PACKAGE = Path(__file__).parent


def asset_directory(name: str) -> Path:
    """Return the folder `templates`, `static` or `models`: in a clone beside `app`, in a wheel inside the package."""
    packed = PACKAGE / "_data" / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def cache_directory() -> Path | None:
    """Return Gatescope's folder in the user's cache folder; None for a user without a home."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        caches = home / "Library" / "Caches"
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return caches / "gatescope"


class Settings(BaseSettings):
    """All settings of a server; the defaults suit a single user on their own machine."""

    model_config = SettingsConfigDict(env_prefix="GATESCOPE_", frozen=True, protected_namespaces=())

    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=0, le=65_535, description="the port to listen on; 0 takes any free one")
    workers: int = Field(1, ge=1, le=256, description="how many server processes share the port")
    root_path: str = Field(
        "", description="the path under which a proxy serves Gatescope, such as /gatescope"
    )
    forwarded_allow_ips: Annotated[list[str], NoDecode] = Field(
        ["127.0.0.1", "::1"], description="proxies whose X-Forwarded-* headers are trusted; * for all"
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        [],
        description="other origins whose pages may open the stream, such as https://school.example; * for all",
    )
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="host names that the server answers to, besides localhost and IP addresses; * for all",
    )
    models: Path = Field(
        default_factory=lambda: asset_directory("models"),
        description="the folder that holds the model folders",
    )
    cache: Path | None = Field(
        default_factory=cache_directory,
        description="the folder where compressed files are kept between starts; empty keeps none",
    )

    max_characters: int = Field(200_000, ge=1, description="characters of a text")
    max_steps: int = Field(
        200_000,
        ge=1,
        description="steps of a sequence and of what a model writes after it, without start and end tokens",
    )
    max_features: int = Field(1_024, ge=1, description="features (columns) of a numeric sequence")
    max_cells: int = Field(4_000_000, ge=1, description="cells (steps × features) of a numeric sequence")
    max_nesting: int = Field(8, ge=2, description="lists within lists in a JSON file")
    max_upload_bytes: int = Field(16 * 2**20, ge=1, description="bytes of an uploaded file")
    max_message_bytes: int = Field(8 * 2**20, ge=1, description="bytes of a message or of a JSON body")
    max_head_bytes: int = Field(
        2**16, ge=2**10, description="bytes of a request's head: its address and headers"
    )
    max_runs: int = Field(1_000, ge=1, description="runs (streams and downloads) alive at once")
    max_memory_bytes: int = Field(
        2**30,
        ge=2**20,
        description="bytes of memory that all runs and requests together may hold, shared among the workers",
    )
    max_disk_bytes: int = Field(
        2**33,
        ge=2**20,
        description="bytes of temporary files that all downloads together may hold, shared among the workers",
    )
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="threads that compute, shared fairly by all runs",
    )
    parsers: int = Field(
        2,
        ge=1,
        description="uploaded files and large messages that are read at once, each in a separate process",
    )
    request_seconds: float = Field(
        30.0,
        gt=0,
        description="seconds in which a request or a message must come; one more for every 16 KiB of it",
    )
    idle_seconds: float = Field(
        600.0, gt=0, description="seconds that a stream waits for a message from its client"
    )
    stalled_seconds: float = Field(
        60.0,
        gt=0,
        description="seconds that a connection waits for its client to accept data",
    )
    first_chunk_steps: int = Field(16, ge=1, description="steps of a stream's first chunk; later ones double")
    chunk_bytes: int = Field(768 * 2**10, ge=1, description="bytes that a chunk of the stream grows to")
    opening_steps: int = Field(12, ge=1, description="steps of the opening example that the page carries")

    @field_validator("cache", mode="before")
    @classmethod
    def _empty_for_none(cls, value: Any) -> Any:
        return value or None

    @field_validator("forwarded_allow_ips", "allowed_origins", "allowed_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [item.strip() for item in value.split(",") if item.strip()]
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _without_trailing_slash(cls, value: list[str]) -> list[str]:
        return [origin.rstrip("/").lower() for origin in value]

    @field_validator("allowed_hosts")
    @classmethod
    def _in_small_letters(cls, value: list[str]) -> list[str]:
        return [name.rstrip(".").lower() for name in value]

    @field_validator("root_path")
    @classmethod
    def _one_leading_slash(cls, value: str) -> str:
        stripped = value.strip("/")
        return f"/{stripped}" if stripped else ""
