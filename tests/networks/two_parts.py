"""A tiny task of two parts for tests: an encoder reads numbers, and a decoder continues from its states."""

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from app.networks.codecs import Token
from app.networks.feed import Arrays, Asked, Reading
from app.recurrent import RecurrentModule
from app.sequences import NumericSequence, Sequence

ENCODER_UNITS, DECODER_UNITS = 3, 6


class Counted:
    """The decoder's tokens, made one by one on demand, up to `ends_at` tokens."""

    def __init__(self, ends_at: int) -> None:
        self.ends_at = ends_at
        self.known = 0

    def reach(self, position: int) -> int:
        self.known = min(max(self.known, position), self.ends_at)
        return min(position, self.ends_at)


class EncoderFeed:
    part = "encoder"
    held_bytes = 0
    initial = None

    def __init__(self, module: nn.LSTM, values: Tensor) -> None:
        self.module = module
        self.values = values  # [steps, 2]
        self.least_steps = self.most_steps = len(values)
        self.given = [Token(str(step), step, step + 1) for step in range(len(values))]

    def prepare(self) -> Iterator[None]:
        return iter(())

    def reach(self, position: int) -> int:
        return min(position, self.most_steps)

    def inputs(self, start: int, stop: int) -> Tensor:
        return self.values[start:stop]

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        return {"encoder.token_ids": np.arange(start, stop, dtype=np.int32)}

    def tokens(self, start: int, stop: int) -> list[Token]:
        raise AssertionError("all of the encoder's tokens were known before")


class DecoderFeed:
    """Begins from the encoder's last states, and is fed the number of its step."""

    part = "decoder"
    given: tuple[Token, ...] = ()
    held_bytes = 0
    least_steps = 0

    def __init__(self, module: nn.LSTM, encoder: EncoderFeed, ends_at: int, most_steps: int) -> None:
        self.module = module
        self.counted = Counted(ends_at)
        self.most_steps = most_steps
        self._encoder = encoder

    @property
    def initial(self) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            _, (h, c) = self._encoder.module(self._encoder.values)
        return h.reshape(1, -1), c.reshape(1, -1)

    def prepare(self) -> Iterator[None]:
        return iter(())

    def reach(self, position: int) -> int:
        return self.counted.reach(position)

    def inputs(self, start: int, stop: int) -> Tensor:
        assert stop <= self.counted.known
        return torch.arange(start, stop, dtype=torch.float32)[:, None]

    def arrays(self, start: int, stop: int, output: Tensor) -> Arrays:
        with torch.no_grad():
            rows = self._encoder.module(self._encoder.values)[0] @ output[:, : 2 * ENCODER_UNITS].T
        return {
            "attention": rows.softmax(0).T.numpy(),
            "prediction.chosen": np.arange(start, stop, dtype=np.int32),
        }

    def tokens(self, start: int, stop: int) -> list[Token]:
        return [Token(f"{step}!", None, None) for step in range(start, stop)]


class TwoParts:
    """A bidirectional encoder, and a decoder with `written` steps out of at most `most_written`."""

    id = "two-parts"

    def __init__(self, written: int = 5, most_written: int = 9) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.encoder = nn.LSTM(2, ENCODER_UNITS, bidirectional=True)
            self.decoder = nn.LSTM(1, DECODER_UNITS)
        self.written, self.most_written = written, most_written

    @property
    def parts(self) -> Mapping[str, RecurrentModule]:
        return {"encoder": self.encoder, "decoder": self.decoder}

    def read(self, sequence: Sequence, asked: Asked) -> Reading:
        assert isinstance(sequence, NumericSequence)
        encoder = EncoderFeed(self.encoder, torch.from_numpy(sequence.values).float())
        decoder = DecoderFeed(self.decoder, encoder, self.written, self.most_written)
        return Reading((encoder, decoder), {"features": ["x", "y"]}, lambda: {"text": "counted"})
