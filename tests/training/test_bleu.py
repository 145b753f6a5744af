from collections.abc import Sequence

import pytest
import torch

from app.training.bleu import Judged, bleu, by_beam, greedily, joined, judged_once
from app.training.dictionary import Dictionary
from app.training.pairs import Pair
from tests.networks.translators import small_translator


def test_a_sentence_is_judged_once_against_all_its_translations() -> None:
    pairs = [Pair("Go.", "Va !"), Pair("Hi.", "Salut !"), Pair("Go.", "Allez !")]
    judged = judged_once(pairs)
    assert judged == [Judged("Go.", ("Va !", "Allez !")), Judged("Hi.", ("Salut !",))]

    def second(texts: Sequence[str]) -> list[str]:
        return ["Allez maintenant, mes amis !", "Salut à vous tous, ici !"]

    several = [
        Judged("a", ("Va !", "Allez maintenant, mes amis !")),
        Judged("b", ("Salut à vous tous, ici !",)),
    ]
    assert bleu(several, second) == pytest.approx(100)
    assert bleu([*several[:1], Judged("b", ("Non.",))], second) < 60


def test_joined_sentences_have_joined_references() -> None:
    judged = [Judged("A.", ("a.", "aa.")), Judged("B.", ("b.",)), Judged("C.", ("c.",))]
    assert joined(judged, 2) == [Judged("A. B.", ("a. b.", "aa. b."))]


def test_a_dictionary_finds_matching_words() -> None:
    pairs = [
        Pair("The cat sleeps.", "Le chat dort."),
        Pair("The dog sleeps.", "Le chien dort."),
        Pair("The cat eats.", "Le chat mange."),
        Pair("A dog eats.", "Un chien mange."),
    ]
    assert Dictionary(pairs).translate(["A cat sleeps.", "The bird eats."]) == [
        "Un chat dort.",
        "Le bird mange.",
    ]


def test_greedy_and_beam_translation_return_texts() -> None:
    model = small_translator("general", units=8, embedding=16)
    texts = ["abc", "fed", "aa"]
    greedy = greedily(model.network, model.codec)(texts)
    beam = by_beam(model.network, model.codec, 3)(texts)
    assert len(greedy) == len(beam) == 3
    assert set("".join(greedy + beam)) <= set("xyz -")
    assert by_beam(model.network, model.codec, 3)(["fed"]) == beam[1:2]
    assert torch.is_grad_enabled()
