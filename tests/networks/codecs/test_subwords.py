import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.networks.codecs.subwords import SubwordCodec, SubwordsConfig, normalise

FRENCH = ["L'homme mange.", "Les hommes mangent !", "L'été, l'homme mange bien.", "Mange-t-il ?"] * 5


def learned(tokens: int = 320) -> SubwordsConfig:
    return SubwordsConfig.learn(FRENCH, tokens, "ends", at_least=2)


CODEC = learned().build()


def texts_of(codec: SubwordCodec, text: str) -> list[str]:
    return [codec.decode(index) for index in codec.ids(text).tolist()]


def test_frequent_words_are_whole_and_a_french_article_is_separate() -> None:
    assert texts_of(CODEC, "L'homme mange.") == [" L'", "homme", " mange", "."]
    english = SubwordsConfig.learn(["I don't know."] * 9, 300, "inside", at_least=1).build()
    assert texts_of(english, "I don't know.") == [" I", " don't", " know", "."]


@given(st.text())
def test_any_text_decodes_to_its_normalised_form(text: str) -> None:
    ids = CODEC.ids(text)
    assert CODEC.special("<unknown>") not in ids
    assert CODEC.text(ids.tolist()) == normalise(text)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_spaces_apostrophes_and_accents_have_one_spelling() -> None:
    assert normalise(" Qu\u2019est-ce\u202fque\u2009c'est\u00a0? ") == "Qu'est-ce que c'est ?"
    assert normalise("e\u0301te\u0301") == "été"
    assert normalise("“a” ‘b’") == "\"a\" 'b'"


@given(st.text(alphabet="Lhome' .é漢\u0301😀\t", max_size=12))
def test_every_token_has_its_place_in_the_users_text(text: str) -> None:
    tokens, ids = CODEC.encode(text)
    assert tokens[0].special
    assert ids.tolist()[1:] == CODEC.ids(text).tolist()
    places = [(token.start, token.end) for token in tokens[1:]]
    for token, (start, end) in zip(tokens[1:], places, strict=True):
        assert start is not None and end is not None
        assert 0 <= start < end <= len(text)
        if not token.text.startswith("<0x") and token.text.strip():
            assert normalise(text[start:end]) == token.text.strip()
    assert places == sorted(places)


def test_a_place_excludes_the_space_before() -> None:
    tokens, _ = CODEC.encode("L'homme  mange 漢!")
    assert [(token.start, token.end) for token in tokens[1:]][:3] == [(0, 2), (2, 7), (9, 14)]
    assert {(token.start, token.end) for token in tokens if token.text.startswith("<0x")} == {(15, 16)}
    assert (tokens[-1].start, tokens[-1].end) == (16, 17)


def test_a_configuration_makes_the_same_codec_again_and_wrong_merges_are_refused() -> None:
    config = learned()
    again = SubwordsConfig.model_validate_json(config.model_dump_json())
    assert again == config
    assert again.build().vocabulary == CODEC.vocabulary
    assert len(CODEC) == len(CODEC.vocabulary)
    with pytest.raises(ValidationError, match="two tokens in line 1"):
        SubwordsConfig.model_validate(config.model_dump() | {"merges": "abc"})


def test_a_rare_character_is_written_as_bytes() -> None:
    codec = SubwordsConfig.learn(["abc", "abz"], 300, "ends", at_least=2).build()
    assert texts_of(codec, "z") == [" ", "<0x7A>"]
