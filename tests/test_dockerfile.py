"""The Dockerfile, read as text: the image is small, reproducible and runs without root."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Dockerfile").read_text()
LINES = re.sub(r"\\\n\s*", "", TEXT).splitlines()


def instructions(name: str) -> list[str]:
    """The arguments of every instruction of this name, in order; HEALTHCHECK's CMD is part of HEALTHCHECK."""
    return [line.removeprefix(f"{name} ").strip() for line in LINES if line.startswith(f"{name} ")]


def test_bases_are_slim_and_pinned_to_a_patch_release() -> None:
    bases = instructions("FROM")
    assert bases
    for base in bases:
        assert re.match(r"python:3\.\d+\.\d+-slim-\w+( AS \w+)?$", base), base


def test_the_server_runs_as_an_ordinary_user() -> None:
    last_stage = TEXT[TEXT.rindex("\nFROM ") :]
    assert re.search(r"^USER (?!root\b|0\b)\S+$", last_stage, re.MULTILINE)
    assert last_stage.rindex("\nUSER ") < last_stage.rindex("\nCMD ")


def test_the_server_is_started_without_a_shell() -> None:
    (command,) = instructions("CMD")
    assert json.loads(command) == ["gatescope", "serve", "--host", "0.0.0.0"]
    assert instructions("EXPOSE") == ["8000"]


def test_the_health_check_asks_the_server_and_needs_only_python() -> None:
    (check,) = instructions("HEALTHCHECK")
    program, flag, script = json.loads(check[check.index("[") :])
    assert (program, flag) == ("python", "-c")
    assert "/healthz" in script
    compile(script, "HEALTHCHECK", "exec")


def test_only_packages_are_downloaded_and_every_version_is_constrained() -> None:
    assert not instructions("ADD")
    for command in instructions("RUN"):
        assert "curl" not in command
        for install in re.findall(r"pip install.*?(?=&&|$)", command):
            assert "-c constraints.txt" in install, install


@pytest.mark.parametrize(
    "arguments", [line for line in instructions("COPY") if not line.startswith("--from")]
)
def test_what_is_copied_exists_and_is_not_ignored(arguments: str) -> None:
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for source in arguments.split()[:-1]:
        assert (ROOT / source).exists(), source
        assert source in kept, source
