import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.networks import surprise as module
from app.networks.run import Run
from app.networks.surprise import surprise
from app.sequences import TextSequence
from tests.networks.models import small_model
from tests.networks.runs import everything


@given(
    texts=st.lists(st.text("abcdef", min_size=1, max_size=30), max_size=9),
    bidirectional=st.booleans(),
    cell=st.sampled_from(["lstm", "gru"]),
)
def test_the_bits_equal_those_of_single_runs(texts: list[str], bidirectional: bool, cell: str) -> None:
    model = small_model(cell=cell, bidirectional=bidirectional)
    expected = [
        -np.log2(everything(Run(model, TextSequence(text)))["prediction.actual"][:-1].astype(float)).sum()
        for text in texts
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LANES", 4)
        patch.setattr(module, "SCORES", 4 * model.config.sizes.tokens * 3)
        bits = surprise(model.network, [model.codec.encode(text)[1] for text in texts])
    np.testing.assert_allclose(bits, expected, rtol=1e-4)


def test_padding_and_the_first_token_cost_nothing() -> None:
    model = small_model(start_token=False)
    ids = [model.codec.ids("a"), model.codec.ids("abc" * 9)]
    assert surprise(model.network, ids)[0] == 0
    scores, _ = model.network(torch.from_numpy(ids[1].astype(np.int64)))
    nats = torch.nn.functional.cross_entropy(
        scores[:-1], torch.from_numpy(ids[1][1:].astype(np.int64)), reduction="sum"
    )
    assert surprise(model.network, ids)[1] == pytest.approx(float(nats) / np.log(2), rel=1e-5)
