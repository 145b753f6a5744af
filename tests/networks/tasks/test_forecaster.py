"""What a forecaster reads and predicts in a run: values in the user's units, only from the steps read so far."""

from itertools import repeat

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as matrices
from numpy.typing import NDArray
from pydantic import ValidationError

from app.errors import BadInput, TooLarge
from app.networks.forecaster import forecasts
from app.networks.run import Run
from app.networks.tasks.forecaster import ForecasterConfig
from app.networks.writer import Generate
from app.recurrent import CELLS
from app.sequences import BatchSequence, NumericSequence, Sequence, TextSequence
from tests.networks.models import FEATURES, small_forecaster
from tests.networks.runs import assert_close, everything, joined

VALUES = np.random.default_rng(0).normal(10, 5, (23, 2))
COLUMN = VALUES[:, :1]


@pytest.mark.parametrize("cell", CELLS)
def test_a_run_with_a_fixed_scaler_equals_pytorch(cell: str) -> None:
    model = small_forecaster(cell=cell)
    arrays = everything(Run(model, NumericSequence(VALUES, FEATURES)))
    inputs = torch.from_numpy((VALUES - [1, 10]) / [2, 5]).float()
    output, _ = model.network.recurrent(inputs)
    scores = model.network.head(output).double().numpy()
    assert_close(arrays["layers.0.forward.hidden_state"], output)
    assert_close(arrays["inputs"], inputs)
    assert_close(arrays["prediction.values"], VALUES[:, 1:] + 3 * scores)
    np.testing.assert_array_equal(arrays["values"], VALUES)
    assert arrays["values"].dtype == np.float64
    assert arrays["inputs"].dtype == arrays["prediction.values"].dtype == np.float32


def test_a_run_with_a_running_scaler_equals_every_prefix_run_separately() -> None:
    model = small_forecaster(running=True)
    expected = everything(Run(model, NumericSequence(COLUMN)))["prediction.values"]
    for steps in range(1, len(COLUMN) + 1):
        prefix = COLUMN[:steps, 0]
        changes = np.diff(prefix)
        usual = np.sqrt((changes**2).mean()) if steps > 1 else 0.0
        rows = []
        for step in range(steps):
            read, moved = prefix[: step + 1], changes[:step]
            deviation = read.std()
            place = (read[-1] - read.mean()) / deviation if step else 0.0
            rows.append([place, moved[-1] / np.sqrt((moved**2).mean()) if step else 0.0])
        score = model.network(torch.tensor(rows, dtype=torch.float32))[0][-1].item()
        assert expected[steps - 1, 0] == pytest.approx(prefix[-1] + usual * score, rel=1e-5)


def test_the_header_names_features_labels_and_outputs() -> None:
    labels = tuple(f"day {step}" for step in range(len(VALUES)))
    header = Run(small_forecaster(), NumericSequence(VALUES, FEATURES, labels)).header()
    assert header["features"] == ["rain", "warm"]
    assert header["labels"] == list(labels)
    assert header["inputs"] == ["rain", "warm"]
    assert header["outputs"] == ["warm"]
    assert header["tokens"] == []
    assert header["steps"] == len(VALUES)


def test_a_running_forecaster_reads_any_single_column_under_its_own_name() -> None:
    header = Run(small_forecaster(running=True), NumericSequence(COLUMN, ("mV",))).header()
    assert (header["features"], header["labels"], header["outputs"]) == (["mV"], None, ["mV"])
    assert header["inputs"] == ["mV", "change of mV"]
    header = Run(small_forecaster(running=True), NumericSequence(COLUMN)).header()
    assert header["features"] == header["outputs"] == ["feature 0"]


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("size", [1, 7])
def test_chunks_equal_the_whole(running: bool, size: int) -> None:
    model = small_forecaster(running=running)
    sequence = NumericSequence(COLUMN if running else VALUES)
    whole, pieces = everything(Run(model, sequence)), joined(list(Run(model, sequence).chunks(repeat(size))))
    assert whole.keys() == pieces.keys()
    for name in ("values", "inputs"):
        np.testing.assert_array_equal(pieces[name], whole[name])
    assert_close(pieces["prediction.values"], whole["prediction.values"])
    later = joined(list(Run(model, sequence, from_step=9, stop_step=20).chunks(repeat(size))))
    np.testing.assert_array_equal(later["values"], whole["values"][9:20])
    assert_close(later["prediction.values"], whole["prediction.values"][9:20])


@pytest.mark.parametrize("running", [True, False])
@settings(deadline=None, max_examples=25)
@given(
    future=matrices(np.float64, st.tuples(st.just(6), st.just(2)), elements=st.floats(-1e6, 1e6)),
    known=st.integers(1, 17),
)
def test_no_prediction_depends_on_later_steps(running: bool, future: NDArray[np.float64], known: int) -> None:
    model = small_forecaster(running=running)
    columns = 1 if running else 2

    def predicted(values: NDArray[np.float64]) -> bytes:
        arrays = everything(Run(model, NumericSequence(values[:, :columns])), known)
        return arrays["prediction.values"][:known].tobytes() + arrays["inputs"][:known].tobytes()

    assert predicted(np.concatenate([VALUES[:known], future])) == predicted(
        np.concatenate([VALUES[:known], future[::-1] + 1])
    )


def test_columns_are_found_by_their_names_among_others() -> None:
    model = small_forecaster()
    turned = NumericSequence(
        np.column_stack([VALUES[:, 1], VALUES[:, 0], VALUES[:, 0]]), ("warm", "wind", "rain")
    )
    run = Run(model, turned)
    assert run.header()["features"] == ["rain", "warm"]
    np.testing.assert_array_equal(everything(run)["values"], VALUES)


def test_columns_without_names_are_taken_in_order() -> None:
    for features in (None, ("feature 0", "feature 1")):
        run = Run(small_forecaster(), NumericSequence(VALUES, features))
        assert run.header()["features"] == ["rain", "warm"]
        np.testing.assert_array_equal(everything(run)["values"], VALUES)


def test_unreadable_sequences_are_refused() -> None:
    fixed, running = small_forecaster(), small_forecaster(running=True)
    with pytest.raises(BadInput, match="reads numbers, but got a text"):
        Run(fixed, TextSequence("1, 2"))
    with pytest.raises(BadInput, match=r"got 1 feature .*expected 2 features: rain, warm"):
        Run(fixed, NumericSequence(COLUMN))
    with pytest.raises(BadInput, match="got no feature 'rain', but 'wind', 'warm'"):
        Run(fixed, NumericSequence(VALUES, ("wind", "warm")))
    with pytest.raises(BadInput, match=r"got 2 features .*expected 1 feature$"):
        Run(running, NumericSequence(VALUES))
    with pytest.raises(BadInput, match="cannot continue a sequence"):
        Run(running, NumericSequence(COLUMN), generate=Generate(3))
    with pytest.raises(BadInput, match="takes no options"):
        Run(running, NumericSequence(COLUMN), options={"sequence": 1})
    with pytest.raises(TooLarge, match=r"23 steps .*at most 22 steps"):
        Run(running, NumericSequence(COLUMN), most_steps=22)


def test_forecasts_in_blocks_equal_those_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_forecaster(running=True)
    monkeypatch.setattr("app.networks.forecaster.BLOCK_STEPS", 5)
    run = everything(Run(model, NumericSequence(COLUMN)))
    assert_close(forecasts(model.network, model.codec, COLUMN), run["prediction.values"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sizes": {"inputs": 3, "outputs": 1, "units": 5}}, "the codec has 2 inputs and 1 outputs"),
        ({"codec": {"kind": "running-scaler", "columns": 2}}, "the codec has 4 inputs and 2 outputs"),
        ({"codec": {"kind": "wishful"}}, "wishful"),
    ],
)
def test_a_configuration_whose_sizes_do_not_fit_is_refused(changed: dict[str, object], said: str) -> None:
    config = small_forecaster().config.model_dump()
    with pytest.raises(ValidationError, match=said):
        ForecasterConfig.model_validate(config | changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outputs": ("cold",)}, "outputs that are features"),
        ({"features": ("warm", "warm")}, "every feature once"),
        ({"means": (1.0,)}, "a mean and a deviation for each feature"),
        ({"changes": (1.0, 2.0)}, "the deviation of the changes of each output"),
        ({"deviations": (0.0, 5.0)}, "deviations above 0"),
    ],
)
def test_an_invalid_fixed_scaler_is_refused(changed: dict[str, object], said: str) -> None:
    config = small_forecaster().config.model_dump()
    with pytest.raises(ValidationError, match=said):
        ForecasterConfig.model_validate(config | {"codec": config["codec"] | changed})


def test_a_batch_is_refused() -> None:
    with pytest.raises(BadInput, match="reads numbers, but got a batch of several sequences"):
        Run(small_forecaster(), BatchSequence(VALUES[:, None]))


@pytest.mark.parametrize("running", [True, False])
def test_predictions_in_bulk_are_the_last_rows_of_runs(
    running: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.networks.forecaster.BLOCK_STEPS", 4)
    monkeypatch.setattr("app.networks.forecaster.LANES", 3)
    model = small_forecaster(running=running)
    lengths = [5, 1, 23, 4, 8, 9, 2]
    given: list[Sequence] = [NumericSequence((COLUMN if running else VALUES)[:steps]) for steps in lengths]
    for one, predicted in zip(given, model.predict(given, {}), strict=True):
        expected = everything(Run(model, one))["prediction.values"][-1, 0]
        assert predicted == {
            "values": {"feature 0" if running else "warm": pytest.approx(expected, rel=1e-5)}
        }
    assert model.predict([], {}) == []
