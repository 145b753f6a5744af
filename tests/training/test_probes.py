import tokenize

import numpy as np
import pytest

from app.recurrent import capture
from app.training.probes import Finding, find_units, memory_of, most_correlated, properties
from tests.networks.models import small_model


def marked(source: str, name: str) -> str:
    """The values of a property under the characters that they belong to."""
    return "".join(f"{value:.0f}" for value in properties(source)[name])


def test_the_properties_after_each_character() -> None:
    source = "x = 'a#' # [b\n"
    assert marked(source, "string") == "00001110000000"
    assert marked(source, "comment") == "00000000011110"
    assert marked("f(a[1], {2})\n", "brackets") == "0112211122100"
    assert marked("if a:\n  b\nc\n", "indentation") == "00000022220" + "0"


def test_a_form_feed_is_not_a_line_break_and_a_long_string_may_contain_line_breaks() -> None:
    assert marked('\x0c\na = """b\nc"""\n', "string") == "00000011111111" + "00"


def test_a_formatted_string_is_a_string() -> None:
    assert marked('f"{a}" + b\n', "string") == "11111000000"


def test_text_that_is_not_python_has_no_properties() -> None:
    with pytest.raises((SyntaxError, tokenize.TokenError)):
        properties("x = (")


def test_the_most_correlated_unit_is_found_with_its_sign() -> None:
    random = np.random.default_rng(0)
    wanted = random.integers(0, 2, 500).astype(float)
    cells = random.normal(size=(500, 4)).astype(np.float32)
    cells[:, 2] -= 3 * wanted
    cells[:, 3] = 1.0  # never moves
    found = most_correlated(cells, wanted)
    assert found.unit == 2
    assert found.correlation == pytest.approx(np.corrcoef(cells[:, 2], wanted)[0, 1], abs=1e-5)
    assert most_correlated(cells, np.zeros(500)) == Finding(0, 0.0)


@pytest.mark.parametrize(("cell", "state"), [("lstm", "cell_state"), ("gru", "hidden_state")])
def test_the_memory_is_the_cells_own_without_the_start(
    monkeypatch: pytest.MonkeyPatch, cell: str, state: str
) -> None:
    monkeypatch.setattr("app.training.probes.BLOCK_STEPS", 3)
    model = small_model(cell=cell)
    tokens, ids = model.codec.encode("abcabc")
    embedded = model.network.embedding.weight[ids.tolist()]
    whole = capture(model.network.recurrent, embedded)[state].numpy()
    np.testing.assert_allclose(memory_of(model.network, model.codec, "abcabc"), whole[1:], atol=1e-6)
    assert len(tokens) == len(whole)


def test_units_are_found_over_all_texts_that_are_python() -> None:
    model = small_model(symbols="a=[]1\n ")
    texts = ["a=[a]\n" * 3, "[", "a = 1\n"]
    found = find_units(model.network, model.codec, texts)
    assert found.keys() == {"string", "comment", "brackets", "indentation"}
    assert abs(found["brackets"].correlation) > 0.1
    assert found["comment"].correlation == 0
