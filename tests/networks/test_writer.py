import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.networks.writer import Begin, Generate, draw, write
from tests.networks.models import small_model


def test_the_seed_determines_what_is_written() -> None:
    model = small_model()
    _, ids = model.codec.encode("abc")
    first, again, other = (
        list(write(model.network, model.codec, ids, Generate(40, 1.0, seed))) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    assert len(first) == 40


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.5])
def test_a_token_is_drawn_from_the_networks_scores_after_all_tokens_before(temperature: float) -> None:
    model = small_model()
    for parameter in model.network.parameters():
        parameter.mul_(4.0)
    model.network.state_dict()["recurrent.bias_ih_l0"][5:10] += (
        9.0  # the forget gates: so that all that was read matters
    )
    tokens, ids = model.codec.encode("abc")
    known = ids.tolist()
    random = np.random.default_rng(7)
    for token in write(model.network, model.codec, ids, Generate(60, temperature, seed=7)):
        scores, _ = model.network(torch.tensor(known))
        assert token == draw(scores[-1][2:].double().numpy(), temperature, random) + 2
        known.append(token)
    assert len(known) == len(tokens) + 60


def test_at_temperature_0_the_most_probable_is_drawn() -> None:
    assert draw(np.array([0.5, 2.0, 1.9]), 0, np.random.default_rng(0)) == 1


def test_special_tokens_are_never_written() -> None:
    model = small_model()
    model.network.head.bias[:2] += 100.0
    written = list(write(model.network, model.codec, model.codec.encode("abc")[1], Generate(50)))
    assert min(written) >= 2


@given(
    scores=st.lists(st.floats(-30, 30), min_size=1, max_size=8).map(np.array),
    temperature=st.floats(0, 5),
    seed=st.integers(0, 100),
)
def test_a_drawn_index_is_a_valid_choice(scores: np.ndarray, temperature: float, seed: int) -> None:
    index = draw(scores, temperature, np.random.default_rng(seed))
    assert 0 <= index < len(scores)
    if temperature == 0:
        assert scores[index] == scores.max()


def test_draws_follow_the_probabilities() -> None:
    scores = np.log(np.array([0.7, 0.2, 0.1]))
    random = np.random.default_rng(0)
    for temperature, expected in ((1.0, [0.7, 0.2, 0.1]), (0.5, [0.49 / 0.54, 0.04 / 0.54, 0.01 / 0.54])):
        drawn = np.bincount([draw(scores, temperature, random) for _ in range(4000)], minlength=3)
        np.testing.assert_allclose(drawn / 4000, expected, atol=0.03)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"steps": 0}, "generate.steps"),
        ({"steps": 1, "temperature": -0.1}, "generate.temperature"),
        ({"steps": 1, "temperature": float("nan")}, "generate.temperature"),
        ({"steps": 1, "temperature": float("inf")}, "generate.temperature"),
        ({"steps": 1, "seed": -1}, "generate.seed"),
    ],
)
def test_invalid_settings_are_refused(given: dict[str, float], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        Generate(**given)  # type: ignore[arg-type]
    assert caught.value.where == where


@pytest.mark.parametrize("drawn", [0, 1, 17, 39])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_writing_goes_on_where_it_broke(drawn: int, temperature: float) -> None:
    model = small_model()
    _, ids = model.codec.encode("abc")
    whole = list(write(model.network, model.codec, ids, Generate(40, temperature, seed=3)))
    known = np.array([*ids, *whole[:drawn]], dtype=np.int32)
    _, state = model.network.recurrent(model.network.embedding(torch.from_numpy(known.astype(np.int64))))
    rest = Generate(40 - drawn, temperature, seed=3, drawn=drawn)
    for begin in (None, Begin(len(known), state)):
        assert list(write(model.network, model.codec, known, rest, begin)) == whole[drawn:]


def test_a_step_to_begin_at_that_is_not_given_is_written_first() -> None:
    model = small_model()
    _, ids = model.codec.encode("abc")
    state = tuple(torch.zeros(1, model.network.recurrent.hidden_size) for _ in range(2))
    late = Begin(len(ids) + 5, state)
    assert list(write(model.network, model.codec, ids, Generate(9), late)) == list(
        write(model.network, model.codec, ids, Generate(9))
    )
