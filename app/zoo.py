"""The zoo: finds, loads, checks and saves model folders.

A folder `<id>/` holds `config.json`, `model.safetensors`, `examples.json` and the card, `README.md`. Weights may be
stored in half precision and are widened to float32. Whatever is wrong with a folder is a `ModelInvalid` that names
the file; one broken folder hides none of the others.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import safetensors.torch
import torch
from pydantic import BaseModel, TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from .errors import BadInput, ModelInvalid, UnknownModel
from .networks.model import Example, Model, ModelConfig
from .networks.network import Network
from .networks.run import Run
from .networks.tasks import TASKS

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
EXAMPLES = "examples.json"
CARD = "README.md"

SAID = ("missing", "json_invalid", "value_error")
"""Errors of pydantic whose message says all; others are told with the wrong value."""

WIDENED = {torch.float16, torch.bfloat16, torch.float32, torch.float64}

Parsed = TypeVar("Parsed")


class _Tasked(BaseModel):
    """What every configuration says first: which task's it is."""

    task: str


class Zoo:
    """The models of one directory. Safe to use from several threads; each model is loaded once."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._models: dict[str, Model] = {}
        self._loading = threading.Lock()

    def list(self) -> tuple[ModelConfig, ...]:
        """Return the configuration of every sound folder, ordered by id; the weights are not read for it."""
        return tuple(config for config in self._configs() if isinstance(config, ModelConfig))

    def broken(self) -> tuple[ModelInvalid, ...]:
        """Return what is wrong with each folder that `list` leaves out."""
        return tuple(error for error in self._configs() if isinstance(error, ModelInvalid))

    def get(self, model_id: str) -> Model:
        """Return a model, loaded when first asked for; raises `UnknownModel` or `ModelInvalid`."""
        with self._loading:
            if model_id not in self._models:
                if model_id not in (folder.name for folder in self._folders()):
                    known = ", ".join(config.id for config in self.list()) or "none"
                    raise UnknownModel(f"there is no model {model_id!r}", expected=f"one of: {known}")
                self._models[model_id] = load(self.directory / model_id)
            return self._models[model_id]

    def _folders(self) -> tuple[Path, ...]:
        if not self.directory.is_dir():
            return ()
        return tuple(sorted(path.parent for path in self.directory.glob(f"*/{CONFIG}")))

    def _configs(self) -> Iterator[ModelConfig | ModelInvalid]:
        for folder in self._folders():
            try:
                yield read_config(folder)
            except ModelInvalid as error:
                yield error


def load(folder: Path) -> Model:
    """Read a whole model folder; raises `ModelInvalid`."""
    config = read_config(folder)
    examples = tuple(_parse(folder, EXAMPLES, TypeAdapter(list[Example])))
    if not examples or len({example.id for example in examples}) < len(examples):
        raise invalid(folder, EXAMPLES, "expected at least one example, each with an id of its own")
    model = config.model(_network(folder, config), examples, _text(folder, CARD))
    for example in examples:
        try:
            Run(model, example.sequence)
        except BadInput as error:
            raise invalid(folder, EXAMPLES, f"example {example.id!r}: {error.detail}") from None
    return model


def save(model: Model, directory: Path, *, dtype: torch.dtype = torch.float32) -> Path:
    """Write a model's folder into `directory`, its weights as `dtype`, and return it."""
    folder = directory / model.id
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.to(dtype).contiguous() for name, tensor in model.network.state_dict().items()}
    (folder / WEIGHTS).write_bytes(safetensors.torch.save(weights, {"model": model.id}))
    _write_json(folder / CONFIG, model.config.model_dump(mode="json"))
    _write_json(folder / EXAMPLES, [example.model_dump(mode="json") for example in model.examples])
    (folder / CARD).write_text(model.card, encoding="utf-8")
    return folder


def read_config(folder: Path) -> ModelConfig:
    """Read a folder's `config.json`; raises `ModelInvalid`."""
    task = _parse(folder, CONFIG, TypeAdapter(_Tasked)).task
    if task not in TASKS:
        raise invalid(folder, CONFIG, f"task: there is no task {task!r}; expected one of: {', '.join(TASKS)}")
    config: ModelConfig = _parse(folder, CONFIG, TypeAdapter(TASKS[task]))
    if config.id != folder.name:
        raise invalid(folder, CONFIG, f"the id is {config.id!r}, but the folder is {folder.name!r}")
    return config


def invalid(folder: Path, file: str, detail: str) -> ModelInvalid:
    """Make the error for a file of a model folder."""
    return ModelInvalid(f"{folder.name}/{file}: {detail}")


class _Unfilled(TorchFunctionMode):
    """Leaves an embedding without its first values: to draw them for a meta tensor, torch imports its compiler."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        return given["tensor"] if func is nn.init.normal_ else func(*args, **given)


def _network(folder: Path, config: ModelConfig) -> Network:
    with torch.device("meta"), _Unfilled():
        network = config.build_network()
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    network.load_state_dict(_weights(folder, expected), assign=True)
    return network.eval().requires_grad_(False)


def _weights(folder: Path, expected: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as file:
            found = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if found != expected:
                raise invalid(folder, WEIGHTS, _difference(found, expected))
            weights: dict[str, Tensor] = {name: file.get_tensor(name) for name in expected}
    except (OSError, SafetensorError) as error:
        raise invalid(folder, WEIGHTS, f"cannot be read: {error}") from None
    for name, tensor in weights.items():
        if tensor.dtype not in WIDENED:
            raise invalid(
                folder, WEIGHTS, f"{name} is {tensor.dtype}; expected a floating type of 16 to 64 bits"
            )
        weights[name] = tensor.to(torch.float32)
        if not weights[name].isfinite().all():
            raise invalid(folder, WEIGHTS, f"{name} holds numbers that are not finite")
    return weights


def _difference(found: dict[str, tuple[int, ...]], expected: dict[str, tuple[int, ...]]) -> str:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if name not in expected:
            return f"{name} has no place in this network"
        if found[name] != expected[name]:
            return f"{name} has the shape {list(found[name])}; expected {list(expected[name])}"
    raise AssertionError("the two do not differ")


def _parse(folder: Path, file: str, kind: TypeAdapter[Parsed]) -> Parsed:
    try:
        return kind.validate_json(_text(folder, file))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        told = "" if first["type"] in SAID else f", but got {json.dumps(first['input'])[:80]}"
        raise invalid(folder, file, f"{where}: {said}{told}".removeprefix(": ")) from None


def _text(folder: Path, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise invalid(folder, file, reason) from None


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
