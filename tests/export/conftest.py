import pytest

from app.zoo import Zoo
from tests.web.models import make_models


@pytest.fixture(scope="package")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    directory = tmp_path_factory.mktemp("models")
    make_models(directory)
    return Zoo(directory)
