import json
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from app import __version__, cli, zoo
from tests.networks.models import small_forecaster, small_model
from tests.networks.translators import small_translator

COMMANDS = ("serve", "trace", "predict", "models", "train", "measure", "probe")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A directory with one small model, `small`."""
    return zoo.save(small_model(symbols="ab", unknown="refuse"), tmp_path / "models").parent


@pytest.fixture
def gatescope(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Gatescope":
    return Gatescope(monkeypatch, capsys)


class Gatescope:
    """Calls the command like its entry point, and keeps its output."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        self._monkeypatch.setattr(sys, "argv", ["gatescope", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        self.out, self.err = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code

    def refuses(self, *arguments: object, message: str) -> None:
        """Assert that the arguments are refused in one line that says `message`."""
        assert self(*arguments) == 2
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("gatescope: ")
        assert re.search(message, line), line


def test_help_names_every_command_and_shows_an_example_of_each(gatescope: Gatescope) -> None:
    for arguments in ((), ("--help",)):
        assert gatescope(*arguments) == 0
        for command in COMMANDS:
            assert re.search(rf"^  {command} .*\.$", gatescope.out, re.MULTILINE)
        assert "..." not in gatescope.out.partition("Commands:")[2]
    for command in COMMANDS:
        assert gatescope(command, "--help") == 0
        assert f"Example: gatescope {command}" in gatescope.out


def test_the_version_is_printed(gatescope: Gatescope) -> None:
    assert gatescope("--version") == 0
    assert gatescope.out == f"gatescope {__version__}\n"


@pytest.mark.parametrize("suffix", ["safetensors", "npz", "csv", "parquet", "json"])
def test_a_trace_is_written_in_the_format_of_the_files_ending(
    gatescope: Gatescope, models: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"trace.{suffix}"
    assert gatescope("trace", "small", "--text", "aabb", "--out", out, "--models", models) == 0
    assert re.fullmatch(rf"{re.escape(str(out))}: 5 steps of small, at most \S+ from .*\n", gatescope.out)
    assert out.stat().st_size > 100
    assert not list(tmp_path.glob("*.part"))


def test_a_trace_holds_the_requested_signals(gatescope: Gatescope, models: Path, tmp_path: Path) -> None:
    out, text = tmp_path / "trace.safetensors", tmp_path / "text.txt"
    text.write_text("aabb")
    signals = ("--signal", "cell_state", "--signal", "forget_gate.pre")
    written = ("--write", 3, "--temperature", 0, "--seed", 1)
    assert (
        gatescope("trace", "small", "--file", text, "--out", out, "--models", models, *signals, *written) == 0
    )
    arrays = load_file(out)
    layers = [name for name in arrays if name.startswith("layers.")]
    assert sorted(layers) == ["layers.0.forward.cell_state", "layers.0.forward.forget_gate.pre"]
    assert arrays["token_ids"].shape == (8,)


def test_a_text_has_the_same_steps_however_it_comes_in(gatescope: Gatescope, tmp_path: Path) -> None:
    models = tmp_path / "models"
    zoo.save(small_model(), models)
    (tmp_path / "text.txt").write_bytes(b"ab\r\ncd\r\n")
    (tmp_path / "text.json").write_text(json.dumps("ab\r\ncd\r\n"))
    given = [
        ("--text", "ab\ncd\n"),
        ("--text", "ab\r\ncd\r\n"),
        ("--file", tmp_path / "text.txt"),
        ("--file", tmp_path / "text.json"),
    ]
    out = tmp_path / "trace.safetensors"
    for sequence in given:
        assert gatescope("trace", "small", *sequence, "--out", out, "--models", models) == 0
        assert load_file(out)["token_ids"].tolist() == [0, 2, 3, 13, 4, 5, 13]


def test_chosen_columns_and_rows_of_a_table_are_traced(gatescope: Gatescope, tmp_path: Path) -> None:
    models, table, out = tmp_path / "models", tmp_path / "table.csv", tmp_path / "trace.npz"
    zoo.save(small_forecaster(), models)
    table.write_text("day,warm,other,rain\nMo,1,9,2\nTu,3,9,\nWe,5,9,4\nTh,7,9,6\n")
    chosen = ["--columns", "rain,1", "--rows", "1:3", "--gaps", "drop", "--labels", "day"]
    assert (
        gatescope("trace", "small-forecaster", "--file", table, *chosen, "--out", out, "--models", models)
        == 0
    )
    assert np.load(out)["values"].tolist() == [[4, 5]]


def test_chosen_columns_and_rows_of_a_table_are_predicted(gatescope: Gatescope, tmp_path: Path) -> None:
    models, table, out = tmp_path / "models", tmp_path / "table.csv", tmp_path / "next.jsonl"
    zoo.save(small_forecaster(), models)
    predict = ("predict", "small-forecaster", "--out", out, "--models", models)
    table.write_text("warm,rain\n1,4\n2,3\n")
    assert gatescope(*predict, "--file", table) == 0
    (expected,) = predictions(out)
    table.write_text("rain,other,warm\n9,9,9\n4,9,1\n,9,\n3,9,2\n")
    chosen = ("--columns", "warm,rain", "--rows", "1:", "--gaps", "drop")
    assert gatescope(*predict, "--file", table, *chosen) == 0
    assert predictions(out) == [expected]
    assert gatescope(*predict, "--file", table, *chosen[:4]) == 0
    (gap,) = predictions(out)
    assert gap["error"]["where"] == "line 4, column 3"


def test_an_impossible_trace_is_refused_in_one_line(
    gatescope: Gatescope, models: Path, tmp_path: Path
) -> None:
    def refuses(*arguments: object, message: str) -> None:
        gatescope.refuses("trace", *arguments, "--models", models, message=message)

    out = tmp_path / "trace.csv"
    table = tmp_path / "table.csv"
    table.write_text("x,y\n1,2\n3,4\n")
    refuses("nothing", "--text", "ab", "--out", out, message="no model 'nothing'.*one of: small")
    refuses("small", "--text", "abc", "--out", out, message="character 2 of the text is 'c'.*'a' 'b'")
    refuses("small", "--text", "", "--out", out, message="the text is empty")
    refuses("small", "--out", out, message="either --text or --file")
    refuses("small", "--text", "a", "--file", table, "--out", out, message="either --text or --file")
    refuses("small", "--file", tmp_path / "nowhere.txt", "--out", out, message="nowhere.txt")
    refuses("small", "--file", table, "--out", out, message="reads text, but got a matrix of numbers")
    refuses("small", "--file", table, "--columns", "z", "--out", out, message="there is no column 'z'")
    refuses("small", "--file", table, "--rows", "9:", "--out", out, message="there is no row 9")
    refuses("small", "--file", table, "--gaps", "x", "--out", out, message="no way 'x' to handle gaps")
    refuses("small", "--file", table, "--labels", "z", "--out", out, message="there is no column 'z'")
    refuses("small", "--text", "a", "--rows", "1:", "--out", out, message="a text has no columns and rows")
    refuses("small", "--text", "ab", "--out", tmp_path / "x.mp3", message="no export format 'mp3'.*csv")
    refuses("small", "--text", "ab", "--out", tmp_path / "x", message="no export format ''")
    refuses("small", "--text", "ab", "--out", tmp_path / "no" / "x.csv", message="no folder .*no")
    refuses("small", "--text", "ab", "--out", out, "--signal", "gate", message="no signals 'gate'")
    refuses(
        "small",
        "--text",
        "ab",
        "--out",
        out,
        "--write",
        2,
        "--temperature",
        -1,
        message="temperature of 0 or more",
    )
    refuses("small", "--text", "ab", message="Missing option '--out'")
    refuses("small", "--text", "ab", "--out", out, "--loud", message="No such option: --loud")
    assert not out.exists()


def predictions(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_every_line_gets_a_prediction_or_an_error(gatescope: Gatescope, models: Path, tmp_path: Path) -> None:
    out, lines = tmp_path / "predictions.jsonl", tmp_path / "lines.txt"
    lines.write_text("ab\n\naxb\nbbbb")
    predict = ("predict", "small", "--out", out, "--models", models)
    assert gatescope(*predict, "--lines", lines) == 0
    assert gatescope.out == f"{out}: 4 predictions of small\n"
    assert f"2 of 4 failed; each has an error in {out}" in gatescope.err.splitlines()
    good, empty, unknown, last = predictions(out)
    assert [good["input"], empty["input"], unknown["input"], last["input"]] == ["ab", "", "axb", "bbbb"]
    assert (good["tokens"], last["tokens"]) == (2, 4)
    assert good["bits"] > 0
    assert empty["error"]["type"] == "/problems/empty-sequence"
    assert unknown["error"]["where"] == "character 1"
    assert not list(tmp_path.glob("*.part"))

    assert gatescope(*predict, "--text", "ab") == 0
    assert predictions(out) == [pytest.approx(good)]
    assert "failed" not in gatescope.err
    (tmp_path / "one.txt").write_text("bbbb")
    assert gatescope(*predict, "--file", tmp_path / "one.txt") == 0
    assert predictions(out) == [pytest.approx(last | {"input": str(tmp_path / "one.txt")})]


def test_any_line_is_translated_or_gets_a_problem(gatescope: Gatescope, models: Path, tmp_path: Path) -> None:
    zoo.save(small_translator(), models)
    out, lines = tmp_path / "predictions.jsonl", tmp_path / "lines.txt"
    texts = ["", "   ", "a" * 5_000, "你好", "?!…", "<b>fade</b>", "\x1b[2J\x07", "fade"]
    lines.write_text("\n".join(texts))
    translate = ("predict", "small-translator", "--models", models)
    assert gatescope(*translate, "--lines", lines, "--out", out) == 0
    found = predictions(out)
    assert [each["input"] for each in found] == texts
    errors = [each.get("error", {}).get("detail") for each in found]
    assert errors == [
        "the text is empty",
        None,
        "5000 steps to read and 1 to write are too many",
        *5 * [None],
    ]
    assert all(isinstance(each["text"], str) for each in found if "error" not in each)
    gatescope.refuses(
        "trace",
        "small-translator",
        "--text",
        "a" * 5_000,
        "--out",
        tmp_path / "trace.csv",
        "--models",
        models,
        message="5000 steps to read and 1 to write are too many .*at most 4096 steps together",
    )


def test_impossible_predictions_are_refused_in_one_line(
    gatescope: Gatescope, models: Path, tmp_path: Path
) -> None:
    out = tmp_path / "predictions.jsonl"
    predict = ("predict", "small", "--out", out, "--models", models)
    gatescope.refuses(*predict, message="either --text, --file or --lines")
    gatescope.refuses(*predict, "--text", "a", "--lines", out, message="either --text, --file or --lines")
    gatescope.refuses(*predict, "--lines", tmp_path / "nowhere", message="nowhere")
    gatescope.refuses(*predict, "--lines", out, "--gaps", "drop", message="a line has no columns and rows")
    gatescope.refuses(*predict, "--text", "a", "--rows", "1:", message="a text has no columns and rows")
    gatescope.refuses(*predict, "--file", out, "--gaps", "x", message="no way 'x' to handle gaps")
    gatescope.refuses(*predict, "--text", "ab", "--beam", 4, message="small takes no options")
    gatescope.refuses("predict", "none", "--text", "ab", "--out", out, "--models", models, message="no model")
    assert not out.exists()


def test_the_models_are_listed_with_their_figures_and_broken_ones_reported(
    gatescope: Gatescope, models: Path
) -> None:
    (models / "bad").mkdir()
    (models / "bad" / "config.json").write_text("{}")
    zoo.save(small_model(), models / "other")
    assert gatescope("models", "--models", models) == 0
    head, *rows = gatescope.out.splitlines()
    assert head.split() == ["id", "title", "task", "cell", "units", "held-out", "figure"]
    assert [row.split() for row in rows] == [
        ["small", "Small", "language-model", "lstm", "5", "bits:", "1.5"]
    ]
    assert gatescope.err.startswith("gatescope: bad/config.json: ")
    (models / "small" / "model.safetensors").write_bytes(b"")
    assert gatescope("models", "--models", models) == 0
    assert "gatescope: small/model.safetensors: cannot be read" in gatescope.err


def test_a_training_shows_progress_and_makes_a_model_that_can_be_measured_again(
    gatescope: Gatescope, tmp_path: Path
) -> None:
    assert gatescope("train", "counter", "--steps", 30, "--seed", 1, "--out", tmp_path) == 0
    message = gatescope.out
    assert message.startswith("counts exactly up to n: ")
    assert gatescope.err.splitlines()[-1].startswith("counter: 30 of 30 ")
    assert gatescope("measure", "counter", "--models", tmp_path) == 0
    assert message.startswith(gatescope.out)
    units = (tmp_path / "counter" / "units.json").read_text()
    assert gatescope("probe", "counter", "--models", tmp_path) == 0
    assert {line.split(":")[0] for line in gatescope.out.splitlines()} == {"count", "reading-a", "end-next"}
    assert (tmp_path / "counter" / "units.json").read_text() == units
    assert gatescope("models", "--models", tmp_path) == 0


def test_restart_ignores_a_checkpoint(gatescope: Gatescope, tmp_path: Path) -> None:
    (tmp_path / "counter").mkdir()
    checkpoint = tmp_path / "counter" / "training.checkpoint"
    checkpoint.write_bytes(b"something else")
    train = ("train", "counter", "--steps", 5, "--out", tmp_path)
    gatescope.refuses(*train, message="training.checkpoint cannot be read.*--restart")
    assert gatescope(*train, "--restart") == 0
    assert not checkpoint.exists()


def test_a_checkpoint_is_saved_where_the_option_says(gatescope: Gatescope, tmp_path: Path) -> None:
    checkpoint = tmp_path / "elsewhere"
    checkpoint.write_bytes(b"something else")
    train = ("train", "counter", "--steps", 5, "--out", tmp_path, "--checkpoint", checkpoint)
    gatescope.refuses(*train, message="elsewhere cannot be read.*--restart")
    assert gatescope(*train, "--restart") == 0
    assert not checkpoint.exists()


def test_wrong_trainings_and_settings_are_refused_in_one_line(
    gatescope: Gatescope, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gatescope.refuses("train", "translator", message="no recipe 'translator'.*counter, python-char-lm")
    gatescope.refuses("train", message="Missing argument 'RECIPE'")
    gatescope.refuses("train", "counter", "--steps", 0, message="--steps")
    gatescope.refuses("measure", "small", "--models", models, message="no recipe 'none'")
    gatescope.refuses("probe", "small", "--models", models, message="no recipe 'none'")
    gatescope.refuses("measure", "nothing", "--models", models, message="no model 'nothing'")
    gatescope.refuses("models", "--models", tmp_path / "nowhere", message="no folder .*nowhere")
    gatescope.refuses("serve", "--models", tmp_path, message="no model in ")
    gatescope.refuses("serve", "--port", "many", message="--port")
    gatescope.refuses("serve", "--port", 70000, message="port is 70000.*GATESCOPE_PORT")
    gatescope.refuses("dance", message="No such command 'dance'")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        gatescope.refuses(
            "serve", "--port", port, "--models", models, message=f"cannot listen on 127.0.0.1:{port}"
        )
    monkeypatch.setenv("GATESCOPE_WORKERS", "none")
    gatescope.refuses("models", message="workers is 'none'.*GATESCOPE_WORKERS")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process."""
    code = "from app.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_a_process_ends_with_the_exit_code_and_no_traceback() -> None:
    refused = run("train", "translator")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("gatescope: there is no recipe 'translator'")
    assert len(refused.stderr.splitlines()) == 1
    assert run("--version").returncode == 0


def test_help_is_shown_without_loading_torch() -> None:
    code = "import sys; from app import cli; sys.exit('torch' in sys.modules or 'fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=300).returncode == 0


def test_serve_answers_until_it_is_stopped(models: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = "from app.cli import main; main()"
    arguments = ["serve", "--port", str(port), "--models", str(models)]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            assert server.stderr.readline() == f"Gatescope is at http://127.0.0.1:{port} (Ctrl+C stops it)\n"
            assert any("running on" in line for line in server.stderr)  # reads until it is
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/models", timeout=300) as answer:
                assert [model["id"] for model in json.load(answer)["models"]] == ["small"]
        finally:
            server.terminate()
            server.communicate(timeout=300)
