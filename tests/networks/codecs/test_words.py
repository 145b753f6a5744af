import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.networks.codecs.words import WordCodec, WordsConfig, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it's so laddish , and", ["it's", "so", "laddish", ",", "and"]),
        ("Isn’t THIS good?!", ["isn't", "this", "good", "?", "!"]),
        ("half-hearted", ["half", "-", "hearted"]),
        ("rock 'n' roll", ["rock", "'", "n", "'", "roll"]),
        ("snake_case", ["snake", "_", "case"]),
        ("Amélie 2001\n\tok", ["amélie", "2001", "ok"]),
        ("", []),
        (" \n", []),
    ],
)
def test_a_text_is_split_into_words_and_punctuation_marks(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text())
def test_every_visible_character_belongs_to_one_token_at_its_place(text: str) -> None:
    tokens, ids = WordCodec(["a"]).encode(text)
    assert len(tokens) == len(ids)
    covered = [index for token in tokens for index in range(token.start or 0, token.end or 0)]
    assert covered == [index for index, character in enumerate(text) if not character.isspace()]
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_a_word_is_known_in_any_case_and_shown_as_written() -> None:
    codec = WordCodec(["good", "not"])
    tokens, ids = codec.encode("Not GOOD, really")
    assert [token.text for token in tokens] == ["Not", "GOOD", ",", "really"]
    np.testing.assert_array_equal(ids, [2, 1, 0, 0])
    assert ids.dtype == np.int32


def test_the_vocabulary_begins_with_the_unknown_token() -> None:
    codec = WordsConfig(words="good bad").build()
    assert codec.vocabulary == [
        {"id": 0, "text": "<unknown>", "special": True},
        {"id": 1, "text": "good"},
        {"id": 2, "text": "bad"},
    ]
    assert len(codec) == 3
    assert codec.decode(2) == "bad"
    assert codec.special("<unknown>") == 0
    assert codec.special("<end>") is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("good good", "expected every word once"),
        ("good Good", "expected words in lower case with a space between two, but got 'Good'"),
        ("good  bad", "expected words in lower case with a space between two, but got ''"),
        ("good\nbad", "expected words in lower case with a space between two"),
        ("", "at least 1 character"),
    ],
)
def test_a_configuration_with_impossible_words_is_refused(words: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WordsConfig(words=words)
