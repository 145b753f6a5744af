"""The command line: `gatescope serve | trace | predict | models | train | measure | probe`.

User errors are one line on stderr, with exit code 2. Each command imports the heavy modules that it needs, so that
`--help` is quick.
"""

from __future__ import annotations

import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import __version__
from .cli_options import (
    ColumnsOption,
    FileOption,
    GapsOption,
    LabelsOption,
    ModelArgument,
    ModelsOption,
    RowsOption,
    TextOption,
)
from .errors import BadInput, GatescopeError
from .output import aside, finished, shown

if TYPE_CHECKING:
    from .networks.model import Metric
    from .recurrent import Parity, RecurrentModule
    from .settings import Settings
    from .zoo import Zoo

USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]
"""The base class of errors for wrong options and arguments; typer does not export it."""

INTERRUPTED = 130

application = typer.Typer(
    name="gatescope",
    help="An oscilloscope for LSTMs: watch every gate of a trained network, step by step.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run a command; user errors become one line on stderr and exit code 2."""
    try:
        code = application(prog_name="gatescope", standalone_mode=False)
    except (GatescopeError, OSError) as error:
        code = _refuse(str(error))
    except USAGE_ERROR as error:
        message = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        code = _refuse(f"{message} Try --help.")
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)


def _refuse(message: str) -> int:
    printable = message.encode("utf-8", "replace").decode()
    typer.echo("gatescope: " + " ".join(printable.split()), err=True)
    return 2


@application.callback(invoke_without_command=True)
def _gatescope(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"gatescope {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@application.command()
def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", help="Port to listen on.", show_default="8000")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Number of server processes.", show_default="1")
    ] = None,
    models: ModelsOption = None,
) -> None:
    """Serve the page, at the address that is printed.

    Example: gatescope serve --port 9000
    """
    from .serving import serve as serve_until_stopped

    settings = _settings(host=host, port=port, workers=workers, models=models)
    if not _zoo(settings).list():
        raise BadInput(f"there is no model in {settings.models}", where="--models")
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        raise BadInput(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
    typer.echo(f"Gatescope is at http://{settings.host}:{settings.port} (Ctrl+C stops it)", err=True)
    serve_until_stopped(settings)


@application.command()
def trace(
    model: ModelArgument,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="File to write: .safetensors, .npz, .csv, .parquet or .json."),
    ],
    text: TextOption = None,
    file: FileOption = None,
    columns: ColumnsOption = None,
    rows: RowsOption = None,
    gaps: GapsOption = None,
    labels: LabelsOption = None,
    signal: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIGNAL",
            help="A signal to keep, such as forget_gate or forget_gate.pre; may be repeated.",
            show_default="all",
        ),
    ] = None,
    write: Annotated[
        int, typer.Option(metavar="N", help="Let the model write N tokens after the text.", min=0)
    ] = 0,
    temperature: Annotated[
        float, typer.Option(metavar="X", help="How freely it writes; 0 always takes the most probable token.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed for what it writes.", min=0)] = 0,
    models: ModelsOption = None,
) -> None:
    """Write every gate and state of a model to a file.

    The model reads a text, or the text in a file, and each number is checked against PyTorch's own.

    Example: gatescope trace counter --text aaabbb --out trace.csv
    """
    from .cli_sequences import given_sequence
    from .export import file_format, spooled
    from .networks.run import Run
    from .networks.writer import Generate
    from .progress import progress
    from .sequences.choices import read_choices

    form = file_format(out.suffix.removeprefix("."))
    generate = Generate(write, temperature, seed) if write else None
    loaded = _zoo(_settings(models=models)).get(model)
    choices = read_choices(columns, rows, gaps, labels)
    run = Run(loaded, given_sequence(text, file, choices), signals=signal, generate=generate)
    with (
        finished(out) as unfinished,
        progress(model, run.steps) as report,
        spooled(run, lambda steps: report(steps, "steps")) as whole,
    ):
        aside(partial(form.write, whole, unfinished))
    typer.echo(f"{shown(out)}: {whole.steps} steps of {model}, {_agreement(whole.agreement)}")
    if whole.not_finite:
        typer.echo(f"note: {whole.not_finite} of its values are NaN or infinite", err=True)


@application.command()
def predict(
    model: ModelArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File of JSON lines to write.")],
    text: TextOption = None,
    file: FileOption = None,
    lines: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File to read instead, with one sequence per line.")
    ] = None,
    columns: ColumnsOption = None,
    rows: RowsOption = None,
    gaps: GapsOption = None,
    beam: Annotated[
        int | None,
        typer.Option(metavar="N", help="Let a translator search with N hypotheses.", min=1, max=8),
    ] = None,
    models: ModelsOption = None,
) -> None:
    """Write what a model predicts for many sequences.

    A sequence that cannot be read gets an error; the others are still predicted.

    Example: gatescope predict counter --lines texts.txt --out predictions.jsonl
    """
    from . import predicting
    from .cli_sequences import check_choices, generous_limits, given_sequence
    from .progress import progress
    from .sequences.choices import read_choices

    if [text, file, lines].count(None) != 2:
        raise BadInput("expected either --text, --file or --lines")
    choices = read_choices(columns, rows, gaps)
    check_choices(choices, "a line" if text is None else "a text", file)
    loaded = _zoo(_settings(models=models)).get(model)
    if lines:
        given = predicting.lines_of(lines.read_bytes(), loaded, generous_limits())
    else:
        name = str(file) if text is None else text
        given = [predicting.given(name, lambda: given_sequence(text, file, choices))]
    options = {} if beam is None else {"decoding": {"kind": "beam", "width": beam}}
    with finished(out) as unfinished, progress(model, len(given)) as report:
        failures = predicting.write(
            loaded, given, options, unfinished, lambda done: report(done, "sequences")
        )
    typer.echo(f"{shown(out)}: {len(given)} predictions of {model}")
    if failures:
        typer.echo(f"{failures} of {len(given)} failed; each has an error in {shown(out)}", err=True)


def _agreement(agreement: Parity) -> str:
    """Say whether a trace agrees with PyTorch's own module, and the largest difference."""
    difference = agreement.difference
    distance = "a value that is not finite differs" if difference is None else f"at most {difference:.1e}"
    if not agreement.agrees:
        return f"which does NOT agree with PyTorch's own numbers: {distance}"
    return f"{distance} from PyTorch's own numbers"


@application.command()
def models(directory: ModelsOption = None) -> None:
    """List the models and how good each is.

    The figures were measured on held-out data, which was not used for training.

    Example: gatescope models
    """
    from rich.console import Console
    from rich.table import Table

    zoo = _zoo(_settings(models=directory))
    table = Table("id", "title", "task", "cell", "units", "held-out figure", box=None, pad_edge=False)
    for config in zoo.list():
        loaded = zoo.get(config.id)
        metric = config.metrics[0]
        units = " + ".join(_units(part) for part in loaded.parts.values())
        figure = f"{metric.name}: {metric.value:.4g}"
        table.add_row(config.id, config.title, config.task, config.cell, units, figure)
    for broken in zoo.broken():
        _refuse(str(broken))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _units(part: RecurrentModule) -> str:
    return f"{part.hidden_size}" + (f" × {part.num_layers}" if part.num_layers > 1 else "")


@application.command()
def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe's name, such as counter.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the model's own folder.")] = Path(
        "models"
    ),
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Random seed.", min=0, show_default="the recipe's"),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(metavar="N", help="Number of training steps.", min=1, show_default="the recipe's"),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Start from the beginning, even if there is a checkpoint.")
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to save an interrupted training.",
            show_default="training.checkpoint in the model's own folder",
        ),
    ] = None,
) -> None:
    """Train a model, measure it, and write its folder.

    After an interruption, the same command continues where it stopped.

    Example: gatescope train counter --out my-models
    """
    from dataclasses import replace

    import torch

    from .progress import progress
    from .training.recipes import recipe_named
    from .training.session import Session

    chosen = recipe_named(recipe)
    given = {name: value for name, value in (("seed", seed), ("steps", steps)) if value is not None}
    session = Session(chosen, replace(chosen.plan, **given), out, checkpoint)
    if restart:
        session.checkpoint.unlink(missing_ok=True)
    torch.set_num_threads(1)  # networks this small are no faster with more
    with progress(recipe, session.plan.steps) as report:
        model = session.run(lambda now: report(now.step, chosen.describe_progress(now)))
    if model is None:
        typer.echo(f"interrupted; the same command continues from {session.checkpoint}", err=True)
        raise typer.Exit(INTERRUPTED)
    _print_metrics(model.config.metrics)
    typer.echo(f"{out / model.id} is ready: gatescope serve --models {out}")


@application.command()
def measure(
    model: ModelArgument,
    models: ModelsOption = None,
) -> None:
    """Measure a model again on held-out data.

    Simple baselines are measured on the same data.

    Example: gatescope measure counter
    """
    from .training.recipes import recipe_named

    loaded = _zoo(_settings(models=models)).get(model)
    recipe = recipe_named(loaded.config.recipe)
    if recipe.data() != loaded.config.data:
        typer.echo(f"note: {model} was trained on other data: {loaded.config.data.source}", err=True)
    _print_metrics(recipe.measure(loaded.network, loaded.codec))


@application.command()
def probe(
    model: ModelArgument,
    models: ModelsOption = None,
) -> None:
    """Find what single units of a model track.

    They are found on validation data, measured on held-out data, and written into units.json in the model's folder.

    Example: gatescope probe counter
    """
    import torch

    from . import zoo as model_folders
    from .networks.tracked import NOTHING
    from .progress import progress
    from .training.probing import probed
    from .training.recipes import recipe_named
    from .training.tracked_text import lines

    torch.set_num_threads(1)  # networks this small are no faster with more
    zoo = _zoo(_settings(models=models))
    loaded, tracked = zoo.get(model), NOTHING
    if probes := recipe_named(loaded.config.recipe).probes():
        with progress(model, probes.sequences) as report:
            tracked = probed(loaded, probes, lambda done: report(done, "sequences"))
    model_folders.save_units(tracked, zoo.directory / model)
    typer.echo("\n".join(lines(tracked)))


def _print_metrics(metrics: tuple[Metric, ...]) -> None:
    for metric in metrics:
        typer.echo(f"{metric.name}: {metric.value:.6g} on {metric.on}")
        for baseline in metric.baselines:
            typer.echo(f"    {baseline.name}: {baseline.value:.6g}")


def _settings(**given: Any) -> Settings:
    """Return the settings of the environment, overridden by the command line; raises `BadInput`."""
    from pydantic import ValidationError

    from .settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise BadInput(
            f"{name} is {first['input']!r}: {first['msg']}", where=f"GATESCOPE_{name.upper()}"
        ) from None


def _zoo(settings: Settings) -> Zoo:
    from .zoo import Zoo

    if not settings.models.is_dir():
        raise BadInput(f"there is no folder {settings.models}", where="--models")
    return Zoo(settings.models)
