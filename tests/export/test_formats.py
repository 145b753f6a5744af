import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

from app.errors import UnsupportedFormat
from app.export import FORMATS, WholeTrace, file_format, spooled
from app.export.spool import Stretch
from app.recurrent import Parity
from app.zoo import Zoo
from tests.export.runs import make_run

FLOATS = st.lists(st.floats(width=32), min_size=1, max_size=8)


@given(FLOATS)
def test_json_numbers_round_trip(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    trace = WholeTrace(
        "m",
        {"sequence": Stretch(0, len(values), [])},
        Parity(),
        {"a": values, "b": values[:, np.newaxis]},
    )
    path = tmp_path_factory.mktemp("json") / "a.json"
    FORMATS["json"].write(trace, path)

    def refuse(constant: str) -> Iterator[None]:
        raise AssertionError(f"{constant} is no JSON")

    document = json.loads(path.read_text(), parse_constant=refuse)
    expected = [float(value) if np.isfinite(value) else None for value in values]
    read = [None if value is None else float(np.float32(value)) for value in document["arrays"]["a"]]
    assert read == expected
    assert document["arrays"]["b"] == [[value] for value in document["arrays"]["a"]]


def test_the_files_read_back_with_their_own_libraries(zoo: Zoo, tmp_path: Path) -> None:
    with spooled(make_run(zoo)) as trace:
        for name in ("safetensors", "npz"):
            FORMATS[name].write(trace, tmp_path / f"a.{name}")
        with safe_open(tmp_path / "a.safetensors", "np") as file:
            assert file.metadata() == trace.metadata
        with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
            assert set(archive.files) == {*trace.arrays, *trace.metadata}
            assert json.loads(str(archive["tokens"])) == trace.parts["sequence"].tokens


def test_an_unknown_format_is_refused_with_a_list_of_formats() -> None:
    with pytest.raises(UnsupportedFormat, match="safetensors, npz, csv, parquet, json"):
        file_format("xlsx")


@pytest.mark.parametrize("name", FORMATS)
def test_writing_stops_when_the_check_raises(zoo: Zoo, tmp_path: Path, name: str) -> None:
    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    with spooled(make_run(zoo)) as trace, pytest.raises(Ended):
        FORMATS[name].write(trace, tmp_path / f"a.{name}", end)
