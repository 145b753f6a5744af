"""The zoo: finds, loads, checks and saves model folders.

A folder `<id>/` holds `config.json`, `model.safetensors`, `examples.json` and the card, `README.md`; and, if its units
were probed, `units.json`, which says what they track. Weights may be stored in half precision and are widened to
float32. A broken folder is a `ModelInvalid` that names the file; the other folders can still be used. Only regular
files are read.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import safetensors.torch
import torch
from pydantic import BaseModel, TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from .errors import BadInput, ModelInvalid, UnknownModel, brief
from .networks.model import Example, Model, ModelConfig
from .networks.network import Network
from .networks.run import Run
from .networks.tasks import TASKS
from .networks.tracked import NOTHING, Tracked

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
EXAMPLES = "examples.json"
CARD = "README.md"
UNITS = "units.json"

FILES = (CONFIG, WEIGHTS, EXAMPLES, CARD, UNITS)

SAID = ("missing", "json_invalid", "value_error")
"""Errors of pydantic whose message says everything; for the others, the wrong value is added."""

WIDENED = {torch.float16, torch.bfloat16, torch.float32, torch.float64}

Parsed = TypeVar("Parsed")
Stamp = tuple[tuple[int, ...] | None, ...]


class _Tasked(BaseModel):
    """The field that all configurations share: their task."""

    task: str


class Zoo:
    """The models of one directory.

    Safe to use from several threads. Each model is loaded once. A thread waits for another one's loading only if both
    want the same model.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._checked: dict[str, tuple[Stamp, ModelConfig | ModelInvalid]] = {}
        self._models: dict[str, Future[Model]] = {}
        self._lock = threading.Lock()

    def list(self) -> tuple[ModelConfig, ...]:
        """Return the configuration of every valid folder, ordered by id.

        A whole folder is read when it is first listed, and again after one of its files has changed.
        """
        return tuple(config for config in self._configs() if isinstance(config, ModelConfig))

    def broken(self) -> tuple[ModelInvalid, ...]:
        """Return the error of each folder that `list` leaves out."""
        return tuple(error for error in self._configs() if isinstance(error, ModelInvalid))

    def get(self, model_id: str) -> Model:
        """Return a model, loaded on first use; raises `UnknownModel` or `ModelInvalid`."""
        with self._lock:
            first = model_id not in self._models
            model = self._models.setdefault(model_id, Future())
        if first:
            try:
                model.set_result(self._load(model_id))
            except BaseException as error:
                with self._lock:
                    del self._models[model_id]  # the next call tries again
                model.set_exception(error)
        return model.result()

    def _load(self, model_id: str) -> Model:
        if model_id not in (folder.name for folder in self._folders()):
            known = ", ".join(config.id for config in self.list()) or "none"
            raise UnknownModel(f"there is no model {brief(model_id)!r}", expected=f"one of: {known}")
        return load(self.directory / model_id)

    def _folders(self) -> tuple[Path, ...]:
        if not self.directory.is_dir():
            return ()
        return tuple(sorted(path.parent for path in self.directory.glob(f"*/{CONFIG}")))

    def _configs(self) -> Iterator[ModelConfig | ModelInvalid]:
        for folder in self._folders():
            yield self._check(folder)

    def _check(self, folder: Path) -> ModelConfig | ModelInvalid:
        stamp = _stamp(folder)
        known = self._checked.get(folder.name)
        if known and known[0] == stamp:
            return known[1]
        found: ModelConfig | ModelInvalid
        try:
            found = load(folder).config
        except ModelInvalid as error:
            if isinstance(error.__cause__, OSError):  # may be gone the next time
                return error
            found = error
        self._checked[folder.name] = stamp, found
        return found


def load(folder: Path) -> Model:
    """Read a whole model folder; raises `ModelInvalid`."""
    config = read_config(folder)
    examples = tuple(_parse(folder, EXAMPLES, TypeAdapter(list[Example])))
    if not examples or len({example.id for example in examples}) < len(examples):
        raise invalid(folder, EXAMPLES, "expected at least one example, each with its own id")
    bare = config.model(_network(folder, config), examples, _text(folder, CARD))
    model = replace(bare, tracked=_tracked(folder, bare))
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
    save_units(model.tracked, folder)
    return folder


def save_units(tracked: Tracked, folder: Path) -> None:
    """Write what a model's units track into its folder."""
    _write_json(folder / UNITS, tracked.model_dump(mode="json"))


def read_config(folder: Path) -> ModelConfig:
    """Read a folder's `config.json`; raises `ModelInvalid`."""
    task = _parse(folder, CONFIG, TypeAdapter(_Tasked)).task
    if task not in TASKS:
        raise invalid(folder, CONFIG, f"task: there is no task {task!r}; expected one of: {', '.join(TASKS)}")
    config: ModelConfig = _parse(folder, CONFIG, TypeAdapter(TASKS[task]))
    if config.id != folder.name:
        raise invalid(folder, CONFIG, f"the id is {config.id!r}, but the folder is {folder.name!r}")
    return config


def _tracked(folder: Path, model: Model) -> Tracked:
    """Read a folder's `units.json`; nothing is known about the units if there is none."""
    if not (folder / UNITS).exists():
        return NOTHING
    tracked = _parse(folder, UNITS, TypeAdapter(Tracked))
    try:
        tracked.check(next(iter(model.parts.values())))
    except BadInput as error:
        raise invalid(folder, UNITS, f"{error.detail}; expected {error.expected}") from None
    return tracked


def invalid(folder: Path, file: str, detail: str) -> ModelInvalid:
    """Make the error for a file of a model folder."""
    return ModelInvalid(f"{folder.name}/{file}: {detail}")


def _stamp(folder: Path) -> Stamp:
    """Return a value that changes whenever a file of the folder does."""
    found = [_status(folder / file) for file in FILES]
    return tuple(known and (known.st_mode, known.st_ino, known.st_size, known.st_mtime_ns) for known in found)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class _Unfilled(TorchFunctionMode):
    """Skips an embedding's random initial values: drawing them for a meta tensor makes torch import its compiler."""

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
        with safe_open(_regular(folder, WEIGHTS), framework="pt") as file:
            found = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if found != expected:
                raise invalid(folder, WEIGHTS, _difference(found, expected))
            weights: dict[str, Tensor] = {name: file.get_tensor(name) for name in expected}
    except (OSError, SafetensorError) as error:
        raise invalid(folder, WEIGHTS, f"cannot be read: {error}") from error
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
            return f"{name} is not in this network"
        if found[name] != expected[name]:
            return f"{name} has the shape {list(found[name])}; expected {list(expected[name])}"
    raise AssertionError("the shapes are equal")


def _parse(folder: Path, file: str, kind: TypeAdapter[Parsed]) -> Parsed:
    try:
        return kind.validate_json(_text(folder, file))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        got = "" if first["type"] in SAID else f", but got {json.dumps(first['input'])[:80]}"
        raise invalid(folder, file, f"{where}: {message}{got}".removeprefix(": ")) from None


def _text(folder: Path, file: str) -> str:
    try:
        return _regular(folder, file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise invalid(folder, file, f"cannot be read: {error}") from error


def _regular(folder: Path, file: str) -> Path:
    """Return a file's path; raises `ModelInvalid` if it is missing, or a folder, a pipe or a device."""
    path = folder / file
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise invalid(folder, file, "is missing") from None
    if not stat.S_ISREG(mode):
        raise invalid(folder, file, f"is {KINDS.get(stat.S_IFMT(mode), 'a device')}; expected a regular file")
    return path


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
