from pathlib import Path

import pytest

from app.errors import BadInput
from app.training.pairs import Pair, in_french, sentence_pairs


def test_pairs_are_normalised_and_split_by_the_english_sentence(tmp_path: Path) -> None:
    lines = [f"Sentence {number}.\tPhrase {number}\u202f!\tCC-BY" for number in range(400)] * 2
    (tmp_path / "fra.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pairs = sentence_pairs(tmp_path / "fra.txt")
    parts = (pairs.training, pairs.validation, pairs.held_out)
    assert sum(len(part) for part in parts) == 800
    assert all(len(part) % 2 == 0 and part for part in parts)
    sources = [{pair.source for pair in part} for part in parts]
    assert not (sources[0] & sources[1] or sources[0] & sources[2] or sources[1] & sources[2])
    number = int(pairs.training[0].source[9:-1])
    assert pairs.training[0] == Pair(f"Sentence {number}.", f"Phrase {number} !")


def test_the_data_folder_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tatoeba-eng-fra").mkdir()
    (tmp_path / "tatoeba-eng-fra" / "eng-fra.tsv").write_text("Go.\tVa !\n", encoding="utf-8")
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
    pairs = sentence_pairs()
    assert len(pairs.training) + len(pairs.validation) + len(pairs.held_out) == 1


def test_a_missing_file_or_a_bad_line_is_reported(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read.*GATESCOPE_DATA"):
        sentence_pairs(tmp_path / "nothing.tsv")
    (tmp_path / "bad.tsv").write_text("Go.\tVa !\nGo\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2"):
        sentence_pairs(tmp_path / "bad.tsv")


def test_french_has_a_space_before_high_punctuation() -> None:
    assert in_french("Quoi?! Non ! À 10:30: va.") == "Quoi ?! Non ! À 10:30 : va."
