import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, TooLarge
from app.sequences.limits import Limits


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")), min_size=2))
def test_a_text_is_the_same_however_its_lines_end(lines: list[str]) -> None:
    read = {Limits().text(end.join(lines)).text for end in ("\n", "\r\n", "\r")}
    assert read == {"\n".join(lines)}


def test_a_line_break_counts_as_one_character() -> None:
    assert Limits(characters=3).text("a\r\nb").text == "a\nb"
    with pytest.raises(TooLarge, match="at most 3 characters"):
        Limits(characters=3).text("a\r\n\r\nb")


def test_half_a_character_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"character 1 of the text is half of a surrogate pair \(U\+DC00\)"):
        Limits().text("a\udc00")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9)), st.integers(0, 60))
def test_labels_are_limited_as_json_writes_them(labels: list[str], most: int) -> None:
    size = len(json.dumps(labels, ensure_ascii=False, separators=(",", ":")).encode())
    limits = Limits(label_bytes=most)
    if size <= most or not labels:
        limits.labels(tuple(labels), "the labels")
    else:
        with pytest.raises(TooLarge, match=f"the labels have {size} bytes together.*at most {most} bytes"):
            limits.labels(tuple(labels), "the labels")
