from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.web.models import make_models
from tests.web.running import Running, running


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small models."""
    directory = tmp_path_factory.mktemp("models")
    make_models(directory)
    return directory


@pytest.fixture(scope="session")
def settings(models: Path) -> Settings:
    return Settings(models=models, max_characters=5_000, max_message_bytes=20_000, max_upload_bytes=30_000)


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[Running]:
    """A server with the small models and low limits, shared by all tests that do not change it."""
    with running(settings) as server:
        yield server
