"""An installed wheel is complete: it is called gatescope, lists its models and serves its page without a clone."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.web.running import PATIENCE

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")))
    return Path(path)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", folder, wheel], check=True)
    return folder


@pytest.fixture
def environment(site: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATESCOPE_")}
    return kept | {"PYTHONPATH": str(site), "PYTHONUNBUFFERED": "1"}


def test_the_wheel_holds_what_a_clone_has(wheel: Path) -> None:
    places = {"app": "gatescope"} | {
        name: f"gatescope/_data/{name}" for name in ("templates", "static", "models")
    }
    there = {
        f"{place}/{path.relative_to(ROOT / folder)}"
        for folder, place in places.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".checkpoint" and "__pycache__" not in path.parts
    }
    inside = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == there
    assert "gatescope/py.typed" in inside


def test_it_is_used_as_documented_even_beside_another_app(
    site: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("mine = True")
    code = """
import app
import torch
import gatescope
from gatescope import CELLS, capture
assert app.mine
assert gatescope.__file__.startswith(sys.argv[1])
assert not any(name.startswith("app.") for name in sys.modules)
print(capture(torch.nn.LSTM(3, 8), torch.zeros(20, 3))["forget_gate"].shape)
"""
    printed = subprocess.run(
        [sys.executable, "-c", "import sys" + code, site],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert printed.stdout == "torch.Size([20, 8])\n", printed.stderr


def test_it_lists_its_models(site: Path, environment: dict[str, str], tmp_path: Path) -> None:
    listed = subprocess.run(
        [site / "bin" / "gatescope", "models"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "counter" in listed.stdout
    assert "python-char-lm" in listed.stdout


@pytest.fixture
def served(site: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of the installed server, once it is ready."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(site / "bin" / "gatescope"), "serve", "--port", str(port)]
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
    try:
        wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        log.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"{address} was not ready in time")


def test_it_serves_its_page_and_what_the_page_needs(served: str) -> None:
    page = httpx.get(served).raise_for_status().text
    assert "counter" in page
    sources = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page)
    assert sources
    for source in sources:
        assert httpx.get(f"{served}{source}").is_success, source
