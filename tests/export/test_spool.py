from pathlib import Path

import numpy as np
import polars as pl
import pytest

from app.errors import EmptySequence
from app.export import FORMATS, spool, spooled
from app.networks.writer import Generate
from app.zoo import Zoo
from tests.export.runs import make_run


def test_a_spooled_trace_is_its_chunks_joined(zoo: Zoo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "BLOCK_STEPS", 4)
    chunks = list(make_run(zoo).chunks([100]))
    done: list[int] = []
    with spooled(make_run(zoo), done.append) as trace:
        (stretch,) = trace.parts.values()
        assert (stretch.start, trace.steps, len(stretch.tokens)) == (0, 20, 20)
        assert trace.agreement == chunks[0].agreement
        assert trace.arrays.keys() == chunks[0].arrays.keys()
        for name, array in trace.arrays.items():
            np.testing.assert_allclose(array, chunks[0].arrays[name], rtol=1e-5, atol=1e-6)
    assert [steps for steps in done if steps] == [4, 8, 12, 16, 20]  # 0 while a backward layer reads ahead


def test_a_part_of_a_run_keeps_its_steps_and_tokens(zoo: Zoo, tmp_path: Path) -> None:
    run = make_run(zoo, from_step=5, stop_step=8)
    with spooled(run) as trace:
        (stretch,) = trace.parts.values()
        assert (stretch.start, stretch.steps) == (5, 3)
        assert [token["text"] for token in stretch.tokens] == list("the quick"[4:7])
        FORMATS["csv"].write(trace, tmp_path / "a.csv")
    assert pl.read_csv(tmp_path / "a.csv")["step"].unique().sort().to_list() == [5, 6, 7]


def test_written_tokens_are_kept(zoo: Zoo) -> None:
    with spooled(make_run(zoo, "small", "ab", generate=Generate(10, 1.0, 3))) as trace:
        assert len(trace.parts["sequence"].tokens) == trace.steps == 13


def test_nothing_to_write_is_a_problem(zoo: Zoo) -> None:
    with pytest.raises(EmptySequence), spooled(make_run(zoo, from_step=20)):
        pass
