"""The example that the page opens with, with broken models."""

import logging
import shutil
from pathlib import Path
from typing import Any

import pytest

from app import zoo
from app.networks.model import Model
from app.settings import Settings
from app.web.beginning import beginning
from tests.networks.models import small_forecaster
from tests.networks.translators import small_translator
from tests.web.running import Running, problem, running, wait_until
from tests.web.test_pages import block


@pytest.fixture
def broken(models: Path, tmp_path: Path) -> Path:
    """A directory whose only model has empty weights."""
    shutil.copytree(models / "small", tmp_path / "small")
    (tmp_path / "small" / "model.safetensors").write_bytes(b"")
    return tmp_path


def is_ready(server: Running) -> bool:
    return server.get("/readyz").status_code == 200


def test_a_server_without_a_valid_model_says_why_it_is_not_ready(broken: Path) -> None:
    with running(Settings(models=broken)) as server:
        assert block(server.get("/").text).keys() == {"models", "cells"}
        assert "small/model.safetensors" in problem(server.get("/readyz"), 503, "not-ready")["detail"]
        assert server.get("/api/models").json() == {"models": []}
        problem(server.get("/api/models/small"), 500, "model-invalid")


def test_a_failed_opening_is_tried_again(models: Path, broken: Path) -> None:
    with running(Settings(models=broken)) as server:
        assert "header" not in block(server.get("/").text)
        shutil.copy(models / "small" / "model.safetensors", broken / "small")
        wait_until(lambda: is_ready(server))
        assert block(server.get("/").text)["header"]["model"] == "small"


def test_a_request_for_the_page_retries_a_failed_opening(models: Path, broken: Path) -> None:
    with running(Settings(models=broken)) as server:
        server.get("/")
        shutil.copy(models / "small" / "model.safetensors", broken / "small")
        wait_until(lambda: "header" in block(server.get("/").text))


def test_the_opening_uses_the_next_valid_model(
    models: Path, broken: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(models / "strict", broken / "strict")
    with caplog.at_level(logging.WARNING, "gatescope"), running(Settings(models=broken)) as server:
        wait_until(lambda: is_ready(server))
        opening = block(server.get("/").text)
        assert opening["header"]["model"] == "strict"
        assert [model["id"] for model in opening["models"]] == ["strict"]
        assert [model["id"] for model in server.get("/api/models").json()["models"]] == ["strict"]
    assert any("small/model.safetensors: cannot be read" in record.message for record in caplog.records)


def test_the_page_offers_models_of_a_single_part_and_the_api_all(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "small", tmp_path / "small")
    zoo.save(small_translator(), tmp_path)
    zoo.save(small_forecaster(), tmp_path)
    with running(Settings(models=tmp_path)) as server:
        wait_until(lambda: is_ready(server))
        assert [model["id"] for model in block(server.get("/").text)["models"]] == [
            "small",
            "small-forecaster",
        ]
        listed = [model["id"] for model in server.get("/api/models").json()["models"]]
        assert listed == ["small", "small-forecaster", "small-translator"]
        assert server.get("/api/models/small-translator").json()["opening"]["header"]["parts"].keys() == {
            "encoder",
            "decoder",
        }


def test_the_opening_skips_a_model_whose_example_cannot_be_run(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(model: Model, steps: int) -> dict[str, Any]:
        if model.id == "both":
            raise RuntimeError("no memory")
        return beginning(model, steps)

    monkeypatch.setattr("app.web.opening.beginning", failing)
    with running(Settings(models=models)) as server:
        wait_until(lambda: is_ready(server))
        assert block(server.get("/").text)["header"]["model"] == "gated"
