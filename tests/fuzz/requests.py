"""Generated requests: mostly well formed, with wrong values in any place."""

import json
from typing import Any

import numpy as np
from hypothesis import strategies as st
from safetensors.numpy import save

from app.export import FORMATS
from app.recurrent import CELLS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MODELS = ("small", "both", "gated", "strict")
NUMBERS = st.lists(st.lists(st.floats(-9, 9, width=32), min_size=2, max_size=2), min_size=1, max_size=9)
SANDBOX = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(["lstm", "gru", "rnn"]),
        "input_size": st.just(2) | st.integers(-1, 3),
        "hidden_size": st.integers(0, 5),
    },
    optional={
        "num_layers": st.integers(0, 3),
        "bidirectional": st.booleans(),
        "bias": st.booleans(),
        "seed": st.integers(0, 9),
        "initial": st.sampled_from(["zeros", "random"]),
    },
)
SIGNALS = st.sampled_from([name for cell in CELLS.values() for name in (*cell.signal_names, *cell.pre_names)])
STEPS = st.integers(0, 40) | st.integers()


def text_start() -> st.SearchStrategy[dict[str, Any]]:
    """A run of a model over a text."""
    return st.fixed_dictionaries(
        {
            "model": st.sampled_from(MODELS),
            "sequence": st.fixed_dictionaries({"text": st.text("ab \n", min_size=1, max_size=60)}),
        },
        optional={
            "from_step": STEPS,
            "stop_step": STEPS,
            "signals": st.lists(SIGNALS, max_size=3),
            "layers": st.lists(st.integers(-1, 2), max_size=2),
            "directions": st.lists(st.sampled_from(["forward", "backward"]), max_size=2),
            "generate": st.fixed_dictionaries(
                {"steps": st.integers(0, 50)},
                optional={"temperature": st.floats(0, 2), "seed": st.integers(0, 9)},
            ),
            "resolution": st.integers(0, 50),
            "states": st.booleans(),
        },
    )


def number_start() -> st.SearchStrategy[dict[str, Any]]:
    """A run of a sandbox over numbers."""
    return st.fixed_dictionaries(
        {
            "model": st.fixed_dictionaries({"sandbox": SANDBOX}),
            "sequence": st.fixed_dictionaries({"values": NUMBERS}) | st.just({"attached": True}),
        },
        optional={"from_step": STEPS, "signals": st.lists(SIGNALS, max_size=2)},
    )


@st.composite
def start(draw: st.DrawFn, /, **more: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A run, perhaps with one field that has any value, one that is missing, or one that is unknown."""
    body = {**draw(text_start() | number_start()), **draw(st.fixed_dictionaries(more))}
    wrong = draw(st.sampled_from(["nothing"] * 4 + ["value", "missing", "unknown"]))
    if wrong == "value":
        body[draw(st.sampled_from(sorted(body)))] = draw(JSON)
    elif wrong == "missing":
        del body[draw(st.sampled_from(sorted(body)))]
    elif wrong == "unknown":
        body[draw(st.text(max_size=8))] = draw(JSON)
    return body


BUFFER = NUMBERS.map(lambda values: save({"values": np.array(values)})) | st.binary(max_size=60)
MESSAGE = (
    start(type=st.just("start"), credit=STEPS).map(json.dumps)
    | st.integers(-1, 99).map(lambda steps: json.dumps({"type": "advance", "steps": steps}))
    | st.just('{"type": "stop"}')
    | JSON.map(json.dumps)
    | st.text(max_size=20)
    | BUFFER
)
CONVERSATION = st.builds(
    lambda first, buffer, others: [
        json.dumps(first),
        *([buffer] if first.get("sequence") == {"attached": True} else []),
        *others,
        '{"type": "stop"}',
    ],
    start(type=st.just("start"), credit=st.integers(0, 99)),
    BUFFER,
    st.lists(MESSAGE, max_size=4),
)
BODY = st.one_of(
    start().map(json.dumps),
    start(signal=SIGNALS, layer=st.integers(-1, 2)).map(json.dumps),
    st.fixed_dictionaries(
        {"model": st.sampled_from(MODELS) | st.fixed_dictionaries({"sandbox": SANDBOX}), "signal": SIGNALS},
        optional={"unit": st.integers(-1, 9), "layer": st.integers(-1, 2)},
    ).map(json.dumps),
    JSON.map(json.dumps),
    st.text(max_size=30),
    st.binary(max_size=60),
)
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
PARAMETER = st.sampled_from([*FORMATS, *MODELS, "0", "1:3", "a,b", "hold", "refuse"]) | SIGNALS | WORD
