"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model's id, as `gatescope models` lists it.")
]
TextOption = Annotated[str | None, typer.Option(metavar="TEXT", help="Text to read.")]
FileOption = Annotated[Path | None, typer.Option(metavar="FILE", help="File to read instead.")]
ModelsOption = Annotated[
    Path | None,
    typer.Option(
        "--models", metavar="DIR", help="Folder that holds the model folders.", show_default="Gatescope's own"
    ),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMNS",
        help="Columns of the file to read, as names or numbers from 0, such as a,b; may be repeated.",
        show_default="all that hold numbers",
    ),
]
RowsOption = Annotated[
    str | None,
    typer.Option(metavar="RANGE", help="Rows of the file to read, such as 10:200.", show_default="all"),
]
GapsOption = Annotated[
    str | None,
    typer.Option(
        metavar="WAY",
        help="What to do with empty cells: refuse, drop, hold or interpolate.",
        show_default="refuse",
    ),
]
LabelsOption = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Column that labels the steps.", show_default="the first of dates"),
]
