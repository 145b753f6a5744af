"""The recipe of `python-char-lm`: a one-layer LSTM that reads Python, one character at a time."""

from __future__ import annotations

import torch

from app.networks.codecs import CharacterCodec
from app.networks.sequence_network import SequenceNetwork, Sizes
from app.training.corpus import Corpus, frequent_characters
from app.training.loop import Plan, Training
from app.training.pieces import PieceBatches

PLAN = Plan(steps=120_000, seed=0, learning_rate=4e-3)
LANES = 16
LENGTH = 128
SEEN_AT_LEAST = 20


def prepare(corpus: Corpus, plan: Plan) -> tuple[CharacterCodec, Training]:
    """Build the codec from the training texts, and a fresh network in training on them."""
    symbols = frequent_characters(corpus.training, SEEN_AT_LEAST)
    codec = CharacterCodec(symbols, start_token=True, unknown="replace")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        network = SequenceNetwork("lstm", Sizes(tokens=len(codec), embedding=64, units=128))
    network.remember_at_first()
    batches = PieceBatches(
        [codec.ids(text) for text in corpus.training],
        start=0,
        line_break=int(codec.ids("\n")[0]),
        lanes=LANES,
        length=LENGTH,
        seed=plan.seed,
    )
    return codec, Training(network, batches, plan)
