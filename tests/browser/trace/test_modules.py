"""Credit, safetensors, agreement and the page's trace, by value."""

from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Error, Page
from safetensors.numpy import save

from tests.browser.modules import call, run

PARSE = """({ parseSafetensors, fromBase64 }, text) => {
  const { metadata, tensors } = parseSafetensors(fromBase64(text));
  return [metadata, Object.fromEntries([...tensors].map(([name, { shape, values }]) => [name, [shape, [...values]]]))];
}"""

# `trace` after some chunks: each has its first step, its stop, its stated agreement, and its arrays as rows.
TRACE = """({ Trace, liveliestUnit }, chunks, what) => {
  const token = (text) => ({ text, start: null, end: null });
  const trace = new Trace({ layers: [0], directions: ["forward"], units: 2, signals: [], steps: 6,
                            tokens: [..."abcdef"].map(token) });
  for (const { start, stop, parity = 0, agrees = true, ...arrays } of chunks) {
    const tensors = Object.entries(arrays).map(([name, rows]) =>
      [name, { shape: [rows.length, rows[0].length ?? 1], values: Float32Array.from(rows.flat().map(Number)) }]);
    trace.append({ metadata: { start, stop, parity, agrees }, tensors: new Map(tensors) });
  }
  return eval(what);
}"""
STATE = "layers.0.forward.s"
CHUNKS: list[dict[str, Any]] = [
    {"start": 0, "stop": 2, STATE: [[1, 0], [2, 0]]},
    {"start": 2, "stop": 3, STATE: [[-4, 0.5]]},
]


def traced(still: Page, chunks: list[dict[str, Any]], what: str) -> Any:
    return run(still, "trace/trace.js", TRACE.replace("eval(what)", what), chunks, "")


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ({"received": 0, "given": 10_000, "t": 0, "speed": 1, "writes": False}, 4096),
        ({"received": 5000, "given": 10_000, "t": 0, "speed": 16, "writes": False}, 9096),
        ({"received": 0, "given": 100, "t": 0, "speed": 1, "writes": True}, 100),
        ({"received": 100, "given": 100, "t": 98.5, "speed": 1, "writes": True}, 107),
        ({"received": 100, "given": 100, "t": 98.5, "speed": 16, "writes": True}, 131),
    ],
)
def test_a_given_text_comes_at_once_and_a_written_one_just_ahead(
    still: Page, state: Any, allowed: int
) -> None:
    assert call(still, "trace/credit.js", "allowance", state) == allowed


@pytest.mark.parametrize(
    ("speed", "writes", "least"), [(1, True, 4), (16, True, 16), (64, True, 64), (16, False, 1)]
)
def test_credit_for_writing_is_given_half_of_what_is_ahead_at_a_time(
    still: Page, speed: int, writes: bool, least: int
) -> None:
    assert call(still, "trace/credit.js", "leastGrant", {"speed": speed, "writes": writes}) == least


@pytest.mark.parametrize("name", ["a", "a name that moves the data"])
def test_a_safetensors_buffer_is_read(still: Page, name: str) -> None:
    arrays = {
        name: np.array([[1.5, -2], [0, 1e-30]], np.float32),
        "ids": np.array([7, -1], np.int32),
        "values": np.array([[0.1], [1e300]]),
    }
    data = save(arrays, {"start": "3", "tokens": '[{"text": "a"}]', "part": "sequence"})
    metadata, tensors = run(still, "trace/safetensors.js", PARSE, b64encode(data).decode())
    assert metadata == {"start": 3, "tokens": [{"text": "a"}], "part": "sequence"}
    assert tensors["ids"] == [[2], [7, -1]]
    assert tensors["values"] == [[2, 1], [0.1, 1e300]]
    assert tensors[name] == [[2, 2], [1.5, -2, 0, float(np.float32(1e-30))]]


def broken() -> dict[str, bytes]:
    data = save({"a": np.zeros(4, np.float32)})
    return {
        "expected a header": data[:5],
        "expected a header of": data[:20],
        "expected F32,F64,I32": save({"a": np.zeros(4, np.int64)}),
        "expected 16 bytes": data[:-4],
        "JSON": (4).to_bytes(8, "little") + b"{][}",
    }


@pytest.mark.parametrize("message", broken())
def test_other_buffers_are_refused(still: Page, message: str) -> None:
    with pytest.raises(Error, match=message):
        run(still, "trace/safetensors.js", PARSE, b64encode(broken()[message]).decode())


@pytest.mark.parametrize(
    ("said", "parity"),
    [
        ({"parity": 1e-7, "agrees": True}, {"difference": 1e-7, "agrees": True}),
        ({"parity": 1e-3, "agrees": False}, {"difference": 1e-3, "agrees": False}),
        ({"parity": None, "agrees": False}, {"difference": None, "agrees": False}),
        ({"parity": None, "agrees": True}, {"difference": None, "agrees": False}),
        ({"parity": 0}, {"difference": 0, "agrees": False}),
        ({"parity": "0", "agrees": True}, {"difference": None, "agrees": False}),
        ({}, {"difference": None, "agrees": False}),
    ],
)
def test_only_a_stated_agreement_counts(still: Page, said: object, parity: object) -> None:
    assert call(still, "trace/agreement.js", "parityOf", said) == parity


def test_null_and_disagreement_survive_every_fold(still: Page) -> None:
    small, large = {"difference": 1e-8, "agrees": True}, {"difference": 1e-6, "agrees": True}
    apart, lost = {"difference": 1e-3, "agrees": False}, {"difference": None, "agrees": False}

    def together(*parities: object) -> object:
        return call(still, "trace/agreement.js", "together", *parities)

    assert together(small, large) == together(large, small) == large
    assert together(small, apart) == together(apart, large) == apart
    for other in (small, apart, lost):
        assert together(lost, other) == together(other, lost) == lost


def test_a_trace_grows_by_chunks(still: Page) -> None:
    assert traced(still, CHUNKS, "[trace.received, trace.extent, trace.complete]") == [3, 6, False]
    value = f"[[0, 0], [1, 0], [2, 1], [3, 0], [-1, 0], [0, 2]].map(([t, unit]) => trace.value('{STATE}', t, unit))"
    values = traced(still, CHUNKS, value)
    assert values[:3] == [1, 2, 0.5]
    assert all(np.isnan(value) for value in values[3:])
    assert traced(still, CHUNKS, f"[trace.largest('{STATE}'), trace.largest('none')]") == [4, 0]
    assert traced(still, CHUNKS, f"liveliestUnit(trace, '{STATE}')") == 0
    assert traced(still, CHUNKS, "(trace.finish(), [trace.complete, trace.extent])") == [True, 3]
    assert traced(still, CHUNKS, "trace.text") == "abcdef"


def test_a_gap_between_chunks_is_refused(still: Page) -> None:
    with pytest.raises(Error, match="expected steps from 2 on, but got 3 to 4"):
        traced(still, [CHUNKS[0], {"start": 3, "stop": 4, STATE: [[0, 0]]}], "trace")


def test_initial_states_have_no_steps(still: Page) -> None:
    chunk = CHUNKS[0] | {"initial.0.forward.s": [5, -6]}
    place = "{ part: 'sequence', layer: 0, direction: 'forward' }"
    assert traced(still, [chunk], f"[...trace.initial({place}, 's')]") == [5, -6]
    assert traced(still, [chunk], "trace.has('initial.0.forward.s')") is False
    assert traced(still, CHUNKS, f"trace.initial({place}, 's')") is None


def test_disagreement_is_kept_with_its_steps(still: Page) -> None:
    parities: list[tuple[float | None, bool]] = [
        (0, True),
        (1e-3, False),
        (None, False),
        (1e-8, True),
        (2, False),
    ]
    chunks = [
        {"start": step, "stop": step + 1, "parity": parity, "agrees": agrees, STATE: [[0, 0]]}
        for step, (parity, agrees) in enumerate(parities)
    ]
    assert traced(still, chunks[:1], "trace.agreement") == {"difference": 0, "agrees": True}
    assert traced(still, chunks[:2], "trace.agreement") == {"difference": 1e-3, "agrees": False}
    assert traced(still, chunks, "trace.agreement") == {"difference": None, "agrees": False}
    assert traced(still, chunks, "trace.disagreeing") == [{"start": 1, "stop": 3}, {"start": 4, "stop": 5}]
    said = "(trace.finish({ difference: 1, agrees: false }), [trace.agreement, trace.disagreeing])"
    assert traced(still, chunks[:1], said) == [
        {"difference": 1, "agrees": False},
        [{"start": 0, "stop": 1}],
    ]


def test_numbers_that_are_not_finite_are_counted(still: Page) -> None:
    chunk = {"start": 3, "stop": 5, STATE: [[0, "NaN"], ["-Infinity", 1]], "prediction.actual": ["NaN", 0]}
    assert traced(still, [*CHUNKS, chunk], "trace.notFinite") == {"count": 2, "first": 3}
    assert traced(still, CHUNKS, "trace.notFinite.count") == 0
