import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from app import zoo
from app.errors import ModelInvalid, UnknownModel
from app.networks.model import Model
from app.networks.run import Run
from app.zoo import Zoo
from tests.networks.models import small_model

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return zoo.save(small_model(), tmp_path)


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


def test_what_is_saved_is_what_is_loaded(folder: Path) -> None:
    model, loaded = small_model(), zoo.load(folder)
    assert (loaded.config, loaded.examples, loaded.card) == (model.config, model.examples, model.card)
    assert loaded.codec.vocabulary == model.codec.vocabulary
    for name, tensor in model.network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[name], tensor)
    ids = torch.arange(5)
    assert torch.equal(loaded.network(ids)[0], model.network(ids)[0])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_other_widths_become_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    model = small_model()
    loaded = zoo.load(zoo.save(model, tmp_path, dtype=dtype))
    for name, tensor in loaded.network.state_dict().items():
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, model.network.state_dict()[name].to(dtype).float())


def test_a_loaded_model_only_reads(folder: Path) -> None:
    network = zoo.load(folder).network
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_the_zoo_lists_valid_folders_in_order_and_loads_each_once(tmp_path: Path) -> None:
    config = small_model().config.model_dump(mode="json")
    for name in ("b", "a"):
        zoo.save(small_model(), tmp_path).rename(tmp_path / name)
        (tmp_path / name / "config.json").write_text(json.dumps(config | {"id": name}))
    (tmp_path / "unfinished").mkdir()
    models = Zoo(tmp_path)
    assert [config.id for config in models.list()] == ["a", "b"]
    assert models.broken() == ()
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(models.get, ["a", "b"] * 8))
    assert len({id(model) for model in loaded}) == 2


def test_a_broken_folder_does_not_hide_the_others(folder: Path) -> None:
    bad = folder.parent / "bad"
    bad.mkdir()
    (bad / "config.json").write_text("{")
    models = Zoo(folder.parent)
    assert [config.id for config in models.list()] == ["small"]
    assert [error.detail.partition(":")[0] for error in models.broken()] == ["bad/config.json"]
    with pytest.raises(ModelInvalid, match=r"bad/config\.json"):
        models.get("bad")


def test_a_model_that_cannot_be_loaded_is_not_listed(folder: Path) -> None:
    models = Zoo(folder.parent)
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(b"")
    assert models.list() == ()
    assert [error.detail.partition(":")[0] for error in models.broken()] == ["small/model.safetensors"]
    (folder / "model.safetensors").write_bytes(weights)
    assert [config.id for config in models.list()] == ["small"]
    assert models.broken() == ()


def test_a_folder_is_read_again_only_when_a_file_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    load = zoo.load

    def counting(folder: Path) -> Model:
        read.append(folder.name)
        return load(folder)

    monkeypatch.setattr(zoo, "load", counting)
    models = Zoo(folder.parent)
    for _ in range(3):
        assert len(models.list()) == 1
    assert read == ["small"]
    (folder / "README.md").write_text("# Another card\n")
    models.list()
    assert read == ["small", "small"]


def too_many_files(*_: Any, **__: Any) -> str:
    raise OSError("too many open files")


def test_a_file_that_could_not_be_read_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = Zoo(folder.parent)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", too_many_files)
        assert "too many open files" in models.broken()[0].detail
    assert models.broken() == ()


def test_loading_a_model_does_not_delay_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fast", "slow"):
        model = small_model()
        zoo.save(replace(model, config=model.config.model_copy(update={"id": name})), tmp_path)
    loading, may_go_on, loaded = threading.Event(), threading.Event(), []
    load = zoo.load

    def slowly(folder: Path) -> Model:
        loaded.append(folder.name)
        if folder.name == "slow":
            loading.set()
            assert may_go_on.wait(20)
        return load(folder)

    monkeypatch.setattr(zoo, "load", slowly)
    models = Zoo(tmp_path)
    with ThreadPoolExecutor(3) as pool:
        slow = [pool.submit(models.get, "slow") for _ in range(2)]
        assert loading.wait(20)
        assert models.get("fast").id == "fast"
        assert not any(model.done() for model in slow)
        may_go_on.set()
        assert len({id(model.result(20)) for model in slow}) == 1
    assert loaded == ["slow", "fast"]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "examples.json", "README.md"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_only_regular_files_are_read(folder: Path, name: str, kind: str) -> None:
    path = folder / name
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(ModelInvalid, match=rf"small/{name}: is a {kind}; expected a regular file"):
        zoo.load(folder)


@pytest.mark.parametrize("name", ["nothing", "", ".", "..", "../small", "small/", "small/../small"])
def test_an_unknown_model_is_refused_and_the_known_ones_named(folder: Path, name: str) -> None:
    with pytest.raises(UnknownModel, match="one of: small"):
        Zoo(folder.parent).get(name)


def test_a_missing_directory_holds_no_models(tmp_path: Path) -> None:
    models = Zoo(tmp_path / "nowhere")
    assert models.list() == ()
    with pytest.raises(UnknownModel, match="one of: none"):
        models.get("small")


def without(key: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda config: {name: value for name, value in config.items() if name != key}


CONFIGS: list[tuple[Callable[[Any], Any], str]] = [
    (without("cell"), "config.json: cell: Field required"),
    (lambda config: config | {"cell": "ltsm"}, 'config.json: cell: .* but got "ltsm"'),
    (lambda config: config | {"colour": "red"}, "config.json: colour: Extra inputs"),
    (lambda config: config | {"id": "large"}, "config.json: the id is 'large', but the folder is 'small'"),
    (
        lambda config: config | {"sizes": config["sizes"] | {"units": 0}},
        r"config.json: sizes.units: .* but got 0",
    ),
    (lambda config: config | {"metrics": []}, "config.json: metrics"),
    (
        lambda config: config | {"codec": config["codec"] | {"symbols": "abc"}},
        "config.json: the codec has 5 tokens",
    ),
    (lambda config: [config], "config.json"),
    (without("task"), "config.json: task: Field required"),
    (
        lambda config: config | {"task": "oracle"},
        "config.json: task: .*'oracle'; expected one of: .*language-model",
    ),
]


@pytest.mark.parametrize(("change", "message"), CONFIGS)
def test_a_wrong_configuration_is_refused(folder: Path, change: Callable[[Any], Any], message: str) -> None:
    edit(folder / "config.json", change)
    with pytest.raises(ModelInvalid, match=f"small/{message}"):
        zoo.load(folder)


def resized(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return weights | {"head.weight": torch.zeros(2, 2)}


def broken_number(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    weights["head.bias"][0] = float("nan")
    return weights


WEIGHTS: list[tuple[Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]], str]] = [
    (without("head.bias"), "head.bias is missing"),
    (lambda weights: weights | {"extra": torch.zeros(1)}, "extra is not in this network"),
    (resized, r"head.weight has the shape \[2, 2\]; expected \[14, 5\]"),
    (lambda weights: weights | {"head.bias": torch.zeros(14, dtype=torch.int64)}, "head.bias is torch.int64"),
    (broken_number, "head.bias holds numbers that are not finite"),
]


@pytest.mark.parametrize(("change", "message"), WEIGHTS)
def test_wrong_weights_are_refused(folder: Path, change: Callable[[Any], Any], message: str) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(safetensors.torch.save(change(safetensors.torch.load(path.read_bytes()))))
    with pytest.raises(ModelInvalid, match=rf"small/model\.safetensors: {message}"):
        zoo.load(folder)


@pytest.mark.parametrize("file", ["model.safetensors", "examples.json", "README.md"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ModelInvalid, match=f"small/{file}: "):
        zoo.load(folder)


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04.", b"\xff" * 100, b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "]
)
@pytest.mark.parametrize("file", ["model.safetensors", "examples.json", "config.json"])
def test_a_file_with_other_content_is_named(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(ModelInvalid, match=f"small/{file}: "):
        zoo.load(folder)


def without_text(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [without("text")(example) for example in examples]


EXAMPLES: list[tuple[Callable[[Any], Any], str]] = [
    (lambda examples: [], "expected at least one example"),
    (lambda examples: examples * 2, "each with its own id"),
    (lambda examples: [examples[0] | {"text": ""}], r"0\.text"),
    (without_text, "0: expected either a text or values"),
    (lambda examples: [without_text(examples)[0] | {"values": [[1]]}], "'first': small reads text"),
    (lambda examples: [examples[0] | {"text": "x"}], "example 'first': character 0 of the text is 'x'"),
]


@pytest.mark.parametrize(("change", "message"), EXAMPLES)
def test_wrong_examples_are_refused(tmp_path: Path, change: Callable[[Any], Any], message: str) -> None:
    folder = zoo.save(small_model(unknown="refuse"), tmp_path)
    edit(folder / "examples.json", change)
    with pytest.raises(ModelInvalid, match=rf"small/examples\.json: .*{message}"):
        zoo.load(folder)


def test_the_shipped_models_are_valid_and_open_with_a_short_example() -> None:
    models = Zoo(ROOT / "models")
    assert [config.id for config in models.list()] == [
        "counter",
        "dates",
        "python-char-lm",
        "sentiment-bilstm",
        "series-forecaster",
        "translate-en-fr",
        "translate-en-fr-multiplicative",
        "translate-en-fr-no-attention",
        "weather-forecaster",
    ]
    assert models.broken() == ()
    for config in models.list():
        model = models.get(config.id)
        opening = model.examples[0]
        assert (Run(model, opening.sequence).steps or 0) <= 100
        assert f"gatescope train {config.recipe}" in model.card
        value = config.metrics[0].value
        written = (
            f"{value:.0f}",
            f"{value:.1f}",
            f"{value:.3f}",
            f"{value:.1%}",
            f"{value:.2%}",
            f"{value:.2f} °C",
        )
        assert any(f"**{figure}**" in model.card for figure in written)


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        ({"unit": 5}, "there is no unit 5; expected 0 to 4"),
        ({"layer": 1}, "there is no layer 1; expected 0 to 0"),
        ({"signal": "fame"}, "there is no signal 'fame'; expected one of: "),
        ({"rho": 0.5}, "expected either auc or rho"),
        ({"sign": 0}, "concepts.0.units.0.sign"),
    ],
    ids=str,
)
def test_units_that_are_not_in_the_network_are_refused(
    tmp_path: Path, unit: dict[str, Any], message: str
) -> None:
    folder = zoo.save(small_model(), tmp_path)
    known = {"layer": 0, "direction": "forward", "signal": "cell_state", "unit": 4, "auc": 0.9, "sign": 1}
    concept = {"id": "a", "title": "A", "decided": "", "on": "x", "steps": 1, "share": 0.5, "chance": 0.5}
    path = folder / "units.json"
    path.write_text(json.dumps({"concepts": [concept | {"units": [known]}]}))
    assert zoo.load(folder).tracked.concepts[0].best.unit == 4
    path.write_text(json.dumps({"concepts": [concept | {"units": [known | unit]}]}))
    with pytest.raises(ModelInvalid, match=r"small/units.json: ") as refused:
        zoo.load(folder)
    assert message in str(refused.value)
