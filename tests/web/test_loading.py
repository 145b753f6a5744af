"""A model that loads slowly, over a real socket."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import zoo
from app.networks.model import Model
from app.settings import Settings
from tests.web.running import PATIENCE, running, wait_until
from tests.web.streaming import start, tell


def test_a_model_that_loads_slowly_does_not_delay_others(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("small", "gated"):
        shutil.copytree(models / name, tmp_path / name)
    may_go_on, loaded = threading.Event(), []
    load = zoo.load

    with running(Settings(models=tmp_path, threads=1)) as server, ThreadPoolExecutor(4) as readers:
        wait_until(lambda: server.get("/readyz").status_code == 200)  # with gated, the first of the two

        def slowly(folder: Path) -> Model:
            loaded.append(folder.name)
            assert may_go_on.wait(PATIENCE)
            return load(folder)

        monkeypatch.setattr(zoo, "load", slowly)
        try:
            stories = [readers.submit(tell, server, start("small")) for _ in range(3)]
            page = readers.submit(server.get, "/api/models/small")
            wait_until(lambda: server.active == 3 and loaded == ["small"])
            assert tell(server, start("gated")).last["type"] == "done"
            assert server.get("/api/models/gated").status_code == 200
            assert len(server.get("/api/models").json()["models"]) == 2
        finally:
            may_go_on.set()
        assert [story.result(PATIENCE).last["type"] for story in stories] == ["done"] * 3
        assert page.result(PATIENCE).status_code == 200
    assert loaded == ["small"]
