"""A translator over a real socket: what docs/stream.md says of sequence to sequence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.numpy import load

from app import zoo
from app.settings import Settings
from tests.networks.translators import KINDS, small_translator
from tests.web.running import Running, problem, running
from tests.web.streaming import Story, start, tell


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("models")
    zoo.save(small_translator(), directory)
    with running(Settings(models=directory, max_steps=40)) as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_the_weights_of_attention_are_given_by_name(tmp_path: Path, kind: str | None) -> None:
    model = small_translator(kind)
    zoo.save(model, tmp_path)
    with running(Settings(models=tmp_path)) as server:
        wanted = {"model": "small-translator", "part": "attention"}
        posted = server.post("/api/parameters", json=wanted)
        got = server.get("/api/models/small-translator/parameters?part=attention")
        binary = server.get(
            "/api/models/small-translator/parameters?part=attention",
            headers={"accept": "application/octet-stream"},
        )
    if kind is None:
        assert "no attention" in problem(got, 422, "bad-input")["detail"]
        assert posted.status_code == binary.status_code == 422
        return
    body = got.json()
    assert posted.json() == body
    assert (body["part"], body["kind"]) == ("attention", kind)
    arrays = load(binary.content)
    attention = model.network.attention
    assert attention is not None
    shown = {name for name in ("query", "key", "score") if body[name] is not None}
    assert shown == set(arrays) == {name.split(".")[0] for name, _ in attention.named_parameters()}
    for name, parameter in attention.named_parameters():
        weight = parameter[0] if name.startswith("score") else parameter
        assert torch.equal(torch.tensor(body[name.split(".")[0]]), weight)
        assert (arrays[name.split(".")[0]] == weight.numpy()).all()


def translated(server: Running, text: str = "fade", **options: Any) -> Story:
    return tell(server, start("small-translator", text, options=options))


def test_both_parts_come_in_order_and_done_has_the_text(server: Running) -> None:
    story = translated(server, decoding={"kind": "beam", "width": 2}, most_steps=5)
    assert [token["text"] for token in story.header["parts"]["encoder"]["tokens"]][::5] == [
        "<start>",
        "<end>",
    ]
    parts = [chunk.metadata["part"] for chunk in story.chunks]
    assert parts == sorted(parts, reverse=True) and set(parts) == {"encoder", "decoder"}
    attention = story.chunks[-1].arrays["attention"]
    assert attention.shape[1] == 6
    done = story.last
    assert (done["type"], done["agrees"]) == ("done", True)
    assert done["text"] == done["beam"]["hypotheses"][0]["text"]
    assert done["score"] < 0


def test_wrong_options_are_a_problem(server: Running) -> None:
    story = translated(server, decoding={"kind": "beam", "width": 12})
    assert story.last["problem"]["where"].startswith("options.decoding")
    assert translated(server, "a" * 50).last["problem"]["type"].endswith("too-large")


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("", "empty-sequence", "the text is empty"),
        ("a" * 50, "too-large", "50 steps to read"),
        ("a\ud800", "bad-input", "half of a surrogate pair"),
    ],
    ids=["empty", "far too long", "half a character"],
)
def test_a_text_that_cannot_be_read_is_a_problem(server: Running, text: str, kind: str, said: str) -> None:
    body = json.dumps({"model": "small-translator", "sequence": {"text": text}})
    answer = server.post("/api/traces", content=body, headers={"content-type": "application/json"})
    status = 413 if kind == "too-large" else 422
    assert said in problem(answer, status, kind)["detail"]
    assert translated(server).last["type"] == "done"


@pytest.mark.parametrize("text", ["   ", "?!…", "你好", "👩‍👧", "<b>fade</b>", "\x00\x1b[2J", "\u202efade"])
def test_any_other_text_is_translated(server: Running, text: str) -> None:
    story = translated(server, text)
    assert story.last["type"] == "done"
    tokens = story.header["parts"]["encoder"]["tokens"]
    assert "".join(token["text"] for token in tokens[1:-1]) == text
