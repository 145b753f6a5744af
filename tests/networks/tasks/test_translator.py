"""A run of a translator: its parts in order, its arrays against the bare network, its options."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app import zoo
from app.errors import BadInput, EmptySequence, TooLarge
from app.networks.run import Run, RunChunk
from app.networks.tasks.translator import Translator
from app.sequences import NumericSequence, TextSequence
from app.settings import Settings
from app.zoo import Zoo
from tests.networks.translators import KINDS, small_translator

TEXT = "fade"
SOURCE = ["<start>", "f", "a", "d", "e", "<end>"]


def chunks(model: Translator, size: int = 2, text: str = TEXT, **asked: Any) -> tuple[Run, list[RunChunk]]:
    run = Run(model, TextSequence(text), **asked)
    return run, list(run.chunks(iter(lambda: size, None)))


def part(read: list[RunChunk], name: str) -> dict[str, Any]:
    """Put the chunks of a part together."""
    mine = [chunk for chunk in read if chunk.part == name]
    names = set.intersection(*(set(chunk.arrays) for chunk in mine))
    return {key: np.concatenate([chunk.arrays[key] for chunk in mine]) for key in names}


def run(
    model: Translator, size: int = 2, text: str = TEXT, **options: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the decoder's arrays and the run's result."""
    made, read = chunks(model, size, text, options=options)
    return part(read, "decoder"), made.result()


def bare(model: Translator, fed: list[int]) -> tuple[Any, torch.Tensor]:
    """Run the bare network over the source and the tokens fed."""
    network = model.network
    ids = torch.tensor([[0, *model.codec.source.ids(TEXT).tolist(), 2]]).T
    source = network.encode(network.encoder.embedding(ids), torch.tensor([len(ids)]))
    decoded = network.decode(network.decoder.embedding(torch.tensor([fed]).T), source, source.initial)
    return decoded, network.score(decoded.features[:, 0]).log_softmax(-1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_parts_run_in_order_and_agree_with_pytorch(kind: str | None, cell: str) -> None:
    model = small_translator(kind, cell, layers=2)
    made, read = chunks(model)
    header = made.header()
    assert [token["text"] for token in header["parts"]["encoder"]["tokens"]] == SOURCE
    assert header["parts"]["encoder"]["steps"] == 6
    assert header["parts"]["encoder"]["directions"] == ["forward", "backward"]
    assert header["parts"]["decoder"]["steps"] is None
    assert header["parts"]["decoder"]["units"] == 6
    assert header["tokens"] == header["parts"]["encoder"]["tokens"]
    assert [chunk.part for chunk in read] == sorted((chunk.part for chunk in read), reverse=True)
    assert all(chunk.agreement.agrees for chunk in read)
    fed = [token.text for chunk in read if chunk.part == "decoder" for token in chunk.tokens]
    ids = part(read, "decoder")["decoder.token_ids"].tolist()
    assert ["<start>", *fed] == [model.codec.target.decode(index) for index in ids]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 3, 99])
def test_the_arrays_equal_the_bare_network(kind: str | None, size: int) -> None:
    model = small_translator(kind)
    made, read = chunks(model, size, options={"most_steps": 7})
    decoder, encoder = part(read, "decoder"), part(read, "encoder")
    decoded, log_probabilities = bare(model, decoder["decoder.token_ids"].tolist())
    np.testing.assert_allclose(decoder["decoder.inputs"], decoded.inputs[:, 0], atol=1e-5)
    chosen = decoder["prediction.chosen"]
    assert decoder["decoder.token_ids"].tolist() == [0, *chosen[:-1].tolist()]
    actual = log_probabilities.gather(1, torch.tensor(chosen, dtype=torch.int64)[:, None])[:, 0]
    np.testing.assert_allclose(np.log(decoder["prediction.actual"]), actual, atol=1e-5)
    done = made.result()
    assert done["score"] == pytest.approx(float(actual.double().sum()), abs=1e-5)
    assert done["text"] == model.codec.target.text(chosen.tolist())
    if kind is None:
        assert not {"attention", "attention.scores", "decoder.context"} & set(decoder)
        return
    weights = torch.tensor(decoder["attention.scores"]).softmax(-1)
    np.testing.assert_allclose(decoder["attention"], weights, atol=1e-6)
    np.testing.assert_allclose(decoder["attention.scores"], decoded.energies[:, 0], atol=1e-5)
    states = np.concatenate(
        [encoder[f"encoder.layers.0.{direction}.hidden_state"] for direction in ("forward", "backward")], 1
    )
    np.testing.assert_allclose(decoder["decoder.context"], decoder["attention"] @ states, atol=1e-5)


def test_a_target_is_fed_word_by_word_and_scored() -> None:
    model = small_translator()
    decoder, done = run(model, target="zx-y")
    assert model.codec.target.text(decoder["decoder.token_ids"].tolist()) == "zx-y"
    assert decoder["prediction.chosen"].tolist() == [*model.codec.target.ids("zx-y").tolist(), 2]
    assert done["text"] == "zx-y"
    assert done["score"] == pytest.approx(float(np.log(decoder["prediction.actual"]).sum()), abs=1e-5)
    made = Run(model, TextSequence(TEXT), options={"target": "zx-y"})
    assert made.header()["parts"]["decoder"]["steps"] == 5


@pytest.mark.parametrize(
    "decoding", [{"kind": "greedy"}, {"kind": "beam", "width": 3}, {"kind": "sample", "seed": 4}]
)
def test_a_translation_begins_with_its_prefix(decoding: dict[str, Any]) -> None:
    model = small_translator()
    decoder, done = run(model, prefix="zyz", decoding=decoding, most_steps=9)
    assert done["text"].startswith("zyz")
    assert done["score"] == pytest.approx(float(np.log(decoder["prediction.actual"]).sum()), abs=1e-5)


def test_a_beam_streams_its_winner_and_returns_its_tree() -> None:
    model = small_translator()
    _, greedy = run(model, most_steps=6)
    decoder, done = run(model, decoding={"kind": "beam", "width": 4}, most_steps=6)
    nodes, hypotheses = done["beam"]["nodes"], done["beam"]["hypotheses"]
    assert done["score"] >= greedy["score"] - 1e-5
    assert hypotheses[0]["text"] == done["text"]
    assert hypotheses[0]["score"] == pytest.approx(done["score"], abs=1e-5)
    branch, node = [], hypotheses[0]["node"]
    while node is not None:
        branch.append(nodes[node]["id"])
        assert (
            nodes[node]["parent"] is None or nodes[nodes[node]["parent"]]["step"] == nodes[node]["step"] - 1
        )
        node = nodes[node]["parent"]
    assert branch[::-1] == decoder["prediction.chosen"].tolist()
    assert [hypothesis["score"] for hypothesis in hypotheses] == sorted(
        (hypothesis["score"] for hypothesis in hypotheses), reverse=True
    )


@pytest.mark.parametrize("kind", ["additive", "general"])
def test_a_forced_row_is_streamed_as_given_and_changes_what_follows(kind: str) -> None:
    model = small_translator(kind)
    row = [0.0, 0.5, 0.0, 0.25, 0.0, 0.25]
    free, _ = run(model, target="zzzz")
    forced, _ = run(
        model, target="zzzz", attention=[{"step": 1, "weights": row}, {"step": 3, "weights": "uniform"}]
    )
    assert forced["attention"][1].tolist() == row
    np.testing.assert_array_equal(forced["attention"][3], np.full(6, 1 / 6, np.float32))
    np.testing.assert_array_equal(forced["attention"][0], free["attention"][0])
    np.testing.assert_array_equal(forced["attention.scores"][1], free["attention.scores"][1])
    assert not np.allclose(forced["prediction.probabilities"][1], free["prediction.probabilities"][1])


def test_tokens_have_their_place_in_the_written_text() -> None:
    model = small_translator()
    _, read = chunks(model, options={"target": "x z-y"})
    tokens = [token for chunk in read if chunk.part == "decoder" for token in chunk.tokens]
    assert ["x z-y"[token.start : token.end] for token in tokens] == ["x", " ", "z", "-", "y"]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"decoding": {"kind": "beam", "width": 9}}, "options.decoding.beam.width"),
        ({"decoding": {"kind": "guess"}}, "options.decoding"),
        ({"decoding": {"kind": "sample", "temperature": -1}}, "options.decoding.sample.temperature"),
        ({"most_steps": 0}, "options.most_steps"),
        ({"target": "x", "prefix": "y"}, "options.prefix"),
        ({"target": ""}, "options.target"),
        ({"target": "é"}, "options.target"),
        ({"target": "xyz", "most_steps": 3}, "options.most_steps"),
        ({"prefix": "xyz", "most_steps": 3}, "options.most_steps"),
        ({"loud": True}, "options.loud"),
        ({"attention": [{"step": 0, "weights": [1.0]}]}, "options.attention.0.weights"),
        ({"attention": [{"step": 0, "weights": [0.5] * 6}]}, "options.attention.0.weights"),
        ({"attention": [{"step": 0, "weights": [-1, 2, 0, 0, 0, 0]}]}, "options.attention.0.weights"),
        ({"attention": [{"step": 99, "weights": "uniform"}]}, "options.attention.0.step"),
        ({"attention": [{"step": 1, "weights": "uniform"}] * 2}, "options.attention.1.step"),
    ],
)
def test_wrong_options_are_refused_with_their_place(options: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        Run(small_translator(), TextSequence(TEXT), options=options)
    assert caught.value.where is not None
    assert caught.value.where.startswith(where)


def test_untranslatable_sequences_are_refused() -> None:
    model = small_translator()
    with pytest.raises(EmptySequence):
        Run(model, TextSequence(""))
    with pytest.raises(BadInput, match="reads text"):
        Run(model, NumericSequence(np.zeros((2, 1))))
    with pytest.raises(TooLarge, match="at most 20 steps"):
        Run(model, TextSequence("a" * 21), most_steps=20)
    longest = chunks(model, text="a" * 20, most_steps=20)[1]
    assert len(part(longest, "decoder")["prediction.chosen"]) == 1
    with pytest.raises(TooLarge):
        Run(model, TextSequence(TEXT), most_steps=20, options={"most_steps": 17})
    assert len(run(model, most_steps=3)[0]["prediction.chosen"]) <= 3
    with pytest.raises(BadInput, match="no attention"):
        Run(
            small_translator(None),
            TextSequence(TEXT),
            options={"attention": [{"step": 0, "weights": "uniform"}]},
        )


@pytest.mark.parametrize("options", [{}, {"decoding": {"kind": "beam", "width": 2}}])
def test_predictions_in_bulk_equal_single_runs(options: dict[str, Any]) -> None:
    model = small_translator()
    texts = ["fade", "a", "bcd"]
    expected = [run(model, text=text, **options)[1] for text in texts]
    predicted = model.predict([TextSequence(text) for text in texts], options)
    assert predicted == [{"text": done["text"], "score": done["score"]} for done in expected]


def test_a_translators_folder_is_written_and_read_again(tmp_path: Path) -> None:
    model = small_translator()
    zoo.save(model, tmp_path, dtype=torch.float16)
    again = zoo.Zoo(tmp_path).get("small-translator")
    assert again.config == model.config
    assert isinstance(again, Translator)
    config = model.config.model_dump()
    with pytest.raises(ValueError, match=r"codec has 9 tokens, but sizes\.source_tokens is 10"):
        type(model.config).model_validate(config | {"sizes": config["sizes"] | {"source_tokens": 10}})


def test_the_attention_crosses_where_french_puts_the_adjective_after_the_noun() -> None:
    """The effect of Bahdanau, Cho and Bengio (2015, figure 3), with the weights that docs/translate.md states."""
    model = Zoo(Settings().models).get("translate-en-fr")
    run = Run(model, TextSequence("She bought a red car."))
    chunks = [chunk for chunk in run.chunks(iter(lambda: 64, None)) if chunk.part == "decoder"]
    attention = np.concatenate([chunk.arrays["attention"] for chunk in chunks])
    assert run.result()["text"] == "Elle a acheté une voiture rouge."
    voiture, rouge = attention[4], attention[5]
    red, car = 4, 5
    assert (voiture.argmax(), rouge.argmax()) == (car, red)
    shown = [voiture[red], voiture[car], rouge[red], rouge[car]]
    np.testing.assert_allclose(shown, [0.0789, 0.8310, 0.9109, 0.0385], atol=5e-5)
