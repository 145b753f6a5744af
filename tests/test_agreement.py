"""How users see a trace's agreement with PyTorch: over the stream, in files, and on the command line."""

import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.numpy import load

from app import cli, zoo
from app.networks.tasks.language_model import LanguageModel
from app.recurrent import Parity, Trace, Tracer, capture
from app.settings import Settings
from tests.networks.models import small_model
from tests.web.running import Running, running
from tests.web.streaming import start, tell

TEXT = "abcdefghij" * 80  # more steps than are run at a time
AWAY = {
    Parity(None, False): "does NOT agree with PyTorch's own numbers: a value that is not finite differs",
    Parity(0.02, False): "does NOT agree with PyTorch's own numbers: at most 2.0e-02",
    Parity(3e-7, True): "at most 3.0e-07 from PyTorch's own numbers",
}
PRE = ["hidden_state", "input_gate.pre"]


def overflowing() -> LanguageModel:
    """A model whose weights are finite, but so large that its states are not."""
    model = small_model()
    chance = torch.Generator().manual_seed(0)
    for parameter in model.network.parameters():
        parameter.copy_(torch.where(torch.rand(parameter.shape, generator=chance) < 0.5, -3e38, 3e38))
    return model


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    zoo.save(overflowing(), directory)
    return directory


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[Running]:
    with running(Settings(models=models)) as server:
        yield server


@pytest.fixture(params=AWAY, ids=str)
def apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Parity:
    """Let the first steps of every run differ from PyTorch by this much, and all others not at all."""
    advance = Tracer.advance
    away: Parity = request.param

    def astray(tracer: Tracer, x: torch.Tensor) -> Trace:
        trace = advance(tracer, x)
        return replace(trace, agreement=Parity() if trace.start else away)

    monkeypatch.setattr(Tracer, "advance", astray)
    return away


def as_metadata(agreement: Parity) -> dict[str, str]:
    return {"parity": json.dumps(agreement.difference), "agrees": json.dumps(agreement.agrees)}


def of_file(data: bytes) -> dict[str, str]:
    metadata: dict[str, str] = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    return {name: metadata[name] for name in ("parity", "agrees")}


@pytest.mark.parametrize("from_step", [0, 700])
def test_agreement_on_the_stream_covers_all_steps_that_ran(
    server: Running, apart: Parity, from_step: int
) -> None:
    story = tell(server, start(text=TEXT, from_step=from_step))
    first, *others = ({name: chunk.metadata[name] for name in as_metadata(apart)} for chunk in story.chunks)
    assert first == as_metadata(apart)
    assert others
    assert all(other == as_metadata(Parity()) for other in others)
    assert (story.last["parity"], story.last["agrees"]) == (apart.difference, apart.agrees)


@pytest.mark.parametrize("from_step", [0, 700])
def test_agreement_in_a_file_covers_all_steps_that_ran(
    server: Running, apart: Parity, from_step: int
) -> None:
    def download(form: str) -> bytes:
        body = {"model": "small", "sequence": {"text": TEXT}, "from_step": from_step}
        return server.post("/api/traces", params={"format": form}, json=body).content

    assert of_file(download("safetensors")) == as_metadata(apart)
    document = json.loads(download("json"))
    assert (document["parity"], document["agrees"]) == (apart.difference, apart.agrees)
    with np.load(io.BytesIO(download("npz")), allow_pickle=False) as file:
        assert {name: str(file[name]) for name in as_metadata(apart)} == as_metadata(apart)
    assert as_metadata(apart).items() <= pl.read_parquet_metadata(io.BytesIO(download("parquet"))).items()


def command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["gatescope", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0


def test_the_command_line_says_whether_a_trace_agrees(
    models: Path,
    tmp_path: Path,
    apart: Parity,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "trace.csv"
    command(monkeypatch, "trace", "small", "--text", TEXT, "--out", out, "--models", models)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{out}: 801 steps of small, ")
    assert line.endswith(AWAY[apart])


@pytest.mark.parametrize("signals", [None, PRE], ids=["signals", "pre-activations"])
def test_states_that_overflow_are_reported(
    server: Running,
    models: Path,
    tmp_path: Path,
    signals: list[str] | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    network = overflowing().network
    body = {"model": "small", "sequence": {"text": "abcabc"}, **({"signals": signals} if signals else {})}
    data = server.post("/api/traces", json=body).content
    arrays = load(data)
    hidden = arrays["layers.0.forward.hidden_state"]
    assert np.isnan(hidden).mean() > 0.5
    x = network.embedding(torch.from_numpy(arrays["token_ids"]))
    agreement = capture(network.recurrent, x, pre_activations=bool(signals)).agreement
    assert of_file(data) == as_metadata(agreement)
    done = tell(server, json.dumps({"type": "start", "credit": 99, **body})).last
    assert (done["parity"], done["agrees"]) == (agreement.difference, agreement.agrees)

    out = tmp_path / "trace.npz"
    chosen = [option for signal in signals or () for option in ("--signal", signal)]
    command(monkeypatch, "trace", "small", "--text", "abcabc", "--out", out, "--models", models, *chosen)
    printed, errors = capsys.readouterr()
    assert ("does NOT agree" in printed) is not agreement.agrees
    astray = sum(
        int((~np.isfinite(array)).sum()) for name, array in arrays.items() if name.startswith("layers.")
    )
    assert re.search(rf"^note: {astray} of its values are NaN or infinite$", errors, re.MULTILINE)
