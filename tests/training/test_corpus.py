from pathlib import Path

from app.training.corpus import frequent_characters, path_number, standard_library


def test_files_are_split_by_the_hash_of_their_path_only(tmp_path: Path) -> None:
    names = [f"module_{k}.py" for k in range(300)]
    for name in names:
        (tmp_path / name).write_text(name)
    corpus = standard_library(tmp_path)
    digits = {name: path_number(name) % 100 for name in names}
    assert set(corpus.held_out) == {name for name in names if digits[name] % 10 == 0}
    assert set(corpus.validation) == {name for name in names if digits[name] == 1}
    assert {*corpus.training, *corpus.validation, *corpus.held_out} == set(names)
    assert len(corpus.training) + len(corpus.validation) + len(corpus.held_out) == 300
    assert 15 < len(corpus.held_out) < 50


def test_a_path_always_has_the_same_number() -> None:
    assert path_number("json/decoder.py") == 4264412640196777893


def test_tests_foreign_packages_empty_and_undecodable_files_are_skipped(tmp_path: Path) -> None:
    for name in (
        "a.py",
        "test/b.py",
        "x/tests/c.py",
        "site-packages/d.py",
        "idlelib/idle_test/e.py",
        "f.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("kept")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9")
    corpus = standard_library(tmp_path)
    assert [*corpus.training, *corpus.validation, *corpus.held_out] == ["kept"]


def test_the_running_python_has_a_standard_library() -> None:
    corpus = standard_library()
    assert len(corpus.training) > 400
    assert len(corpus.held_out) > 40


def test_frequent_characters_are_ordered() -> None:
    assert frequent_characters(["bab", "acb"], at_least=2) == ["a", "b"]
