"""The server that gets generated input."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import Settings
from tests.web.models import make_models
from tests.web.running import Running, running


@contextmanager
def limited(models: Path) -> Iterator[Running]:
    """A server with small models and low limits, and little memory for all runs."""
    make_models(models)
    settings = Settings(
        models=models,
        max_characters=2_000,
        max_steps=2_000,
        max_message_bytes=20_000,
        max_upload_bytes=30_000,
        max_memory_bytes=2**24,
        max_disk_bytes=2**24,
        idle_seconds=2.0,
        request_seconds=5.0,
    )
    with running(settings) as server:
        yield server
