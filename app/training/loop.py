"""The training loop: any network, any objective, resumable bit for bit.

An objective is a pure function of the step number, the network's weights and the state carried from the previous step;
the loop itself draws no random numbers. So a checkpoint only has to hold the weights, the optimizer, the carried state
and the step number.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from ..errors import BadInput
from ..networks.network import Network

NetworkT = TypeVar("NetworkT", bound=Network)

Carried = Any
"""The state that an objective passes to its next step: tensors, tuples of tensors, or None."""


@dataclass(frozen=True)
class Plan:
    """How to train: the learning rate rises over `warm_up` steps and falls linearly to 0 at `steps`."""

    steps: int
    seed: int
    learning_rate: float
    warm_up: int = 200
    weight_decay: float = 0.01
    clip: float = 1.0

    def rate(self, step: int) -> float:
        """Return the learning rate of one step, counted from 0."""
        return self.learning_rate * min(1.0, (step + 1) / self.warm_up) * (1.0 - step / self.steps)


class Objective(Protocol):
    """What a training minimizes; its random numbers depend only on the step number and a seed."""

    def __call__(self, step: int, carried: Carried) -> tuple[Tensor, Carried]:
        """Return the loss of a step, counted from 0, and the next step's `carried`.

        The loss is a mean over the predictions; for tokens, in nats. `carried` has no gradients; it is None at step 0.
        """


@dataclass(frozen=True)
class Progress:
    """The progress of a training after a step: `loss` is the running mean of the objective's loss."""

    step: int
    steps: int
    loss: float

    @property
    def bits(self) -> float:
        """The loss in bits, if it is in nats."""
        return self.loss / math.log(2)


class Training(Generic[NetworkT]):
    """A network in training; `run` continues from the current step."""

    def __init__(self, network: NetworkT, objective: Objective, plan: Plan) -> None:
        self.network = network
        self.objective = objective
        self.plan = plan
        self.step = 0
        self._carried: Carried = None
        self._mean_loss = 0.0
        rates = {name: network.rates.get(name, 1.0) for name, _ in network.named_parameters()}
        self._shares = sorted(set(rates.values()), reverse=True)
        groups = [
            {"params": [weight for name, weight in network.named_parameters() if rates[name] == share]}
            for share in self._shares
        ]
        self._optimizer = torch.optim.AdamW(
            groups, lr=0.0, betas=(0.9, 0.99), weight_decay=plan.weight_decay, fused=True
        )

    def run(self, checkpoint: Path | None = None, every_seconds: float = 120.0) -> Iterator[Progress]:
        """Train to the plan's end, yielding each step; write `checkpoint` every `every_seconds` and at the end."""
        written = time.monotonic()
        while self.step < self.plan.steps:
            self._advance()
            if checkpoint and (time.monotonic() - written > every_seconds or self.step == self.plan.steps):
                self.save(checkpoint)
                written = time.monotonic()
            yield self.progress

    @property
    def progress(self) -> Progress:
        """The progress of the training."""
        unbiased = self._mean_loss / (1.0 - 0.99**self.step) if self.step else math.nan
        return Progress(self.step, self.plan.steps, unbiased)

    def save(self, path: Path) -> None:
        """Write everything that the rest of the training depends on; a crash leaves the old file intact."""
        temporary = path.with_name(path.name + ".part")
        torch.save(
            {
                "identity": self._identity(),
                "step": self.step,
                "mean_loss": self._mean_loss,
                "state": self._carried,
                "network": self.network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
            },
            temporary,
        )
        temporary.replace(path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint; raises `BadInput` if it belongs to another plan or network."""
        try:
            saved: dict[str, Any] = torch.load(path, weights_only=True)
            theirs, ours = json.loads(saved["identity"]), json.loads(self._identity())
        except Exception as error:
            raise BadInput(f"the checkpoint {path} cannot be read: {error}", expected="--restart") from error
        if differences := list(_differences(theirs, ours)):
            raise BadInput(
                f"the checkpoint {path} belongs to another training, with {', '.join(differences)}",
                expected="the same, or --restart to start again",
            )
        self.step = saved["step"]
        self._mean_loss = saved["mean_loss"]
        self._carried = saved["state"]
        self.network.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])

    def _identity(self) -> str:
        sizes = self.network.sizes.model_dump()
        return json.dumps({"cell": self.network.cell, "sizes": sizes, "plan": asdict(self.plan)})

    def _advance(self) -> None:
        for group, share in zip(self._optimizer.param_groups, self._shares, strict=True):
            group["lr"] = self.plan.rate(self.step) * share
        loss, self._carried = self.objective(self.step, self._carried)
        self._optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
        self._optimizer.step()
        self._mean_loss = 0.99 * self._mean_loss + 0.01 * loss.item()
        self.step += 1


def _differences(theirs: Any, ours: Any, name: str = "") -> Iterator[str]:
    """Yield what differs between two trainings: `steps 3000 instead of 2000`."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() | ours.keys():
            yield from _differences(theirs.get(key), ours.get(key), key)
    elif theirs != ours:
        yield f"{name} {theirs} instead of {ours}"
