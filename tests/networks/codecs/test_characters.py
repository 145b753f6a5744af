import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.errors import UnknownToken
from app.networks.codecs import END, START, UNKNOWN, CharacterCodec, CharactersConfig

texts = st.text(max_size=40)
codecs = st.builds(
    CharacterCodec,
    st.text(min_size=1, max_size=20).map(lambda text: "".join(dict.fromkeys(text))),
    start_token=st.booleans(),
    end_token=st.booleans(),
    unknown=st.just("replace"),
)


@given(codec=codecs, text=texts)
def test_a_token_is_a_character_and_shown_as_itself(codec: CharacterCodec, text: str) -> None:
    tokens, ids = codec.encode(text)
    assert len(tokens) == len(ids) == len(text) + codec.start_token
    characters = tokens[codec.start_token :]
    assert "".join(token.text for token in characters) == text
    assert [(token.start, token.end) for token in characters] == [(k, k + 1) for k in range(len(text))]
    for token, index in zip(characters, ids[codec.start_token :].tolist(), strict=True):
        assert codec.decode(index) == (token.text if token.text in codec.symbols else UNKNOWN)


@given(codec=codecs)
def test_the_vocabulary_lists_every_id_once_as_decoded(codec: CharacterCodec) -> None:
    assert [entry["id"] for entry in codec.vocabulary] == list(range(len(codec)))
    assert [entry["text"] for entry in codec.vocabulary] == [codec.decode(k) for k in range(len(codec))]
    special = [entry["text"] for entry in codec.vocabulary if entry.get("special")]
    assert special == list(codec.specials)


def test_the_start_token_is_token_0_and_special() -> None:
    codec = CharacterCodec("ab", start_token=True, end_token=True, unknown="refuse")
    tokens, ids = codec.encode("ba")
    assert tokens[0].as_dict() == {"text": START, "start": None, "end": None, "special": True}
    assert tokens[1].as_dict() == {"text": "b", "start": 0, "end": 1}
    assert ids.dtype == np.int32
    assert ids.tolist() == [0, 3, 2]
    assert codec.special(END) == 1
    assert codec.special(UNKNOWN) is None


def test_a_special_token_written_out_is_ordinary_text() -> None:
    codec = CharacterCodec("<start>", start_token=True, unknown="replace")
    assert 0 not in codec.ids(START).tolist()


@given(before=st.text("ab", max_size=5), stranger=st.characters(exclude_characters="ab"), after=texts)
def test_an_unknown_character_is_refused_with_the_known_ones(before: str, stranger: str, after: str) -> None:
    codec = CharacterCodec("ab", start_token=True, unknown="refuse")
    with pytest.raises(UnknownToken) as caught:
        codec.encode(before + stranger + after)
    assert caught.value.where == f"character {len(before)}"
    assert repr(stranger) in caught.value.detail
    assert caught.value.expected == "one of 'a' 'b'"


@given(codec=codecs)
def test_a_configuration_builds_its_codec(codec: CharacterCodec) -> None:
    config = CharactersConfig(
        symbols="".join(codec.symbols),
        start_token=codec.start_token,
        end_token=codec.end_token,
        unknown=codec.unknown,
    )
    assert (
        CharactersConfig.model_validate_json(config.model_dump_json()).build().vocabulary == codec.vocabulary
    )


def test_a_repeated_symbol_is_refused() -> None:
    with pytest.raises(ValidationError, match="every symbol once"):
        CharactersConfig(symbols="aba", start_token=True, unknown="refuse")
