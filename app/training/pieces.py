"""Batches for a language model: texts cut into pieces that begin with the start token, laid out in lanes.

People type snippets more often than whole files. So each epoch cuts every text at different line starts, and the
model learns to begin anywhere. The number of cuts in each text is fixed, so all epochs have the same length, and a
division gives the epoch of a step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import BadInput
from .next_token import NOT_COUNTED, Batch

Ids = NDArray[np.int32]


class PieceBatches:
    """Batch `step` of an endless training over `texts`, a pure function of (seed, step).

    `texts` are token ids; `line_break` is the id after which a text may be cut, and pieces are about `piece`
    tokens long. A batch is [`length`, `lanes`]; each lane continues from the previous batch. Raises `BadInput` if the
    texts do not fill a single batch.
    """

    def __init__(
        self,
        texts: Sequence[Ids],
        *,
        start: int,
        line_break: int,
        lanes: int,
        length: int,
        seed: int,
        piece: int = 4000,
    ) -> None:
        self._texts = texts
        self._line_starts = [np.flatnonzero(ids[:-1] == line_break) + 1 for ids in texts]
        self._cuts = [
            min(len(starts), max(0, round(len(ids) / piece) - 1))
            for ids, starts in zip(texts, self._line_starts, strict=True)
        ]
        self._start = start
        self._lanes = lanes
        self._length = length
        self._seed = seed
        total = sum(len(ids) for ids in texts) + sum(self._cuts) + len(texts)
        self.per_epoch = (total - 1) // (lanes * length)
        if not self.per_epoch:
            raise BadInput(
                f"{total} tokens are too few to train on", expected=f"{lanes * length + 1} or more"
            )
        self._epoch = -1
        self._inputs = self._targets = np.empty((0, 0), np.int32)

    def __call__(self, step: int) -> Batch:
        """Return a batch; the state is fresh at the beginning of each epoch."""
        epoch, position = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._lay_out(epoch)
        rows = slice(position * self._length, (position + 1) * self._length)
        return Batch(
            torch.from_numpy(self._inputs[rows].astype(np.int64)),
            torch.from_numpy(self._targets[rows].astype(np.int64)),
            fresh=position == 0,
        )

    def _lay_out(self, epoch: int) -> None:
        random = np.random.default_rng((self._seed, epoch))
        pieces: list[Ids] = []
        for ids, starts, cuts in zip(self._texts, self._line_starts, self._cuts, strict=True):
            pieces += np.split(ids, np.sort(random.choice(starts, cuts, replace=False)) if cuts else [])
        begin = np.array([self._start], np.int32)
        stream = np.concatenate(
            [part for index in random.permutation(len(pieces)) for part in (begin, pieces[index])]
        )
        size = self.per_epoch * self._length * self._lanes
        targets = np.where(stream == self._start, NOT_COUNTED, stream)
        self._inputs = stream[:size].reshape(self._lanes, -1).T
        self._targets = targets[1 : size + 1].reshape(self._lanes, -1).T
        self._epoch = epoch
