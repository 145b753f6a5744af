"""Sentences of reviews: how they are split, batched and counted, and a network's accuracy."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from app.errors import BadInput
from app.networks.codecs import WordCodec
from app.training.bag_of_words import bag_of_words_accuracy
from app.training.corpus import path_number
from app.training.reviews import Labelled, frequent_words, read_reviews
from app.training.sentiment import SentenceBatches, SentenceClass, log_odds, network_accuracy
from tests.networks.models import small_classifier

SENTENCES = [np.array(ids, np.int32) for ids in ([1], [2, 3], [4, 1], [1, 2], [3, 3], [2, 4], [1, 1, 1])]
CLASSES = [0, 1, 0, 1, 0, 1, 0]


def test_reviews_are_split_by_the_hash_of_each_sentence(tmp_path: Path) -> None:
    bad, good = [f"bad film {k}" for k in range(60)], [f"good film {k}" for k in range(60)]
    (tmp_path / "rt-polarity.neg").write_text("\n".join([*bad, "both", ""]))
    (tmp_path / "rt-polarity.pos").write_text("\n".join([*good, "both", "good film 0", "  "]))
    reviews = read_reviews(tmp_path)
    everything = [reviews.training, reviews.validation, reviews.held_out]
    assert sorted(sentence for part in everything for sentence in part.sentences) == sorted([*bad, *good])
    for part in everything:
        assert part.sentences
        assert part.classes == [int(sentence.startswith("good")) for sentence in part.sentences]
    assert {path_number(sentence) % 10 for sentence in reviews.held_out.sentences} == {0}
    assert {path_number(sentence) % 10 for sentence in reviews.validation.sentences} == {1}


def test_missing_reviews_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
    with pytest.raises(BadInput, match=r"cannot be read: .*GATESCOPE_DATA names the folder of rt-polarity"):
        read_reviews()


def test_frequent_words_are_sorted_by_frequency() -> None:
    assert frequent_words(["So, so good", "Good , bad"], 2) == (",", "good", "so")


def test_every_sentence_comes_once_per_epoch_with_others_of_its_length() -> None:
    batches = SentenceBatches(SENTENCES, CLASSES, lanes=2, seed=0)
    assert batches.each_time == 5  # 1 of one word, 3 of two words, 1 of three words
    for time in range(3):
        seen: list[tuple[tuple[int, ...], int]] = []
        for number in range(batches.each_time):
            batch = batches(time * batches.each_time + number)
            assert batch.ids.shape[1] <= 2
            seen += zip(map(tuple, batch.ids.T.tolist()), batch.classes.tolist(), strict=True)
        expected = [(tuple(ids.tolist()), number) for ids, number in zip(SENTENCES, CLASSES, strict=True)]
        assert sorted(seen) == sorted(expected)
    again = SentenceBatches(SENTENCES, CLASSES, lanes=2, seed=0)
    assert torch.equal(again(7).ids, batches(7).ids)


def test_log_odds_count_each_word_once_per_sentence() -> None:
    odds = log_odds([np.array([1, 1, 2]), np.array([2]), np.array([2, 3])], [1, 1, 0], 4)
    positive, negative = [1, 2, 3, 1], [1, 1, 2, 2]
    expected = [math.log(positive[token] / 7 / (negative[token] / 6)) if token else 0.0 for token in range(4)]
    np.testing.assert_allclose(odds, expected, rtol=1e-6)


def test_all_words_forgotten_are_read_as_unknown() -> None:
    network = small_classifier().network
    batches = SentenceBatches(SENTENCES, CLASSES, lanes=2, seed=0)
    loss, _ = SentenceClass(network, batches, seed=0, forgotten=1.0)(0, None)
    batch = batches(0)
    expected = torch.nn.functional.cross_entropy(network(torch.zeros_like(batch.ids)), batch.classes)
    assert loss.item() == pytest.approx(expected.item())
    kept, _ = SentenceClass(network, batches, seed=0, forgotten=0.0)(0, None)
    assert kept.item() != loss.item()


def test_accuracy_is_the_share_of_sentences_whose_class_is_most_probable() -> None:
    model = small_classifier()
    sentences = ["good", "not good .", "bad", "not bad at all", "bad ."]
    ids = [torch.from_numpy(model.codec.ids(sentence)).long()[:, None] for sentence in sentences]
    said = [int(model.network(one).argmax()) for one in ids]
    wrong = [1 - said[0], *said[1:]]
    assert network_accuracy(model.network, model.codec, Labelled(sentences, said)) == 1
    assert network_accuracy(model.network, model.codec, Labelled(sentences, wrong)) == 0.8


def test_a_bag_of_words_classifies_by_words() -> None:
    pytest.importorskip("sklearn")
    training = Labelled(["good film"] * 5 + ["bad film"] * 5, [1] * 5 + [0] * 5)
    held_out = Labelled(["good", "bad", "so bad", "good bad good"], [1, 0, 1, 1])
    assert bag_of_words_accuracy(training, training, held_out) == 0.75


def test_a_missing_scikit_learn_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    nothing = Labelled([], [])
    with pytest.raises(BadInput, match=r"scikit-learn is not installed.*pip install scikit-learn"):
        bag_of_words_accuracy(nothing, nothing, nothing)


def test_a_codec_with_rare_words_reads_them_as_unknown() -> None:
    assert WordCodec(frequent_words(["good good bad"], 2)).ids("good bad").tolist() == [1, 0]
