"""`make bench`: measure, print tables, write a JSON file. Times are compared only within the same run."""

import argparse
import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from benchmarks import capture, long, page, readers, sequences, stream, translation

console = Console()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"some of: {', '.join(SECTIONS)} (all)"
    )
    parser.add_argument(
        "--units", type=int, nargs="*", default=capture.UNITS, help="hidden sizes for capture"
    )
    parser.add_argument(
        "--readers", type=int, nargs="*", default=[], help="numbers of readers at once, in place of the usual"
    )
    parser.add_argument("--threads", type=int, default=1, help="threads that torch may use (1)")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results.json"))
    arguments = parser.parse_args()
    if unknown := set(arguments.sections) - set(SECTIONS):
        parser.error(f"expected some of {', '.join(SECTIONS)}, but got {', '.join(sorted(unknown))}")
    torch.set_num_threads(arguments.threads)
    results: dict[str, Any] = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    for name in arguments.sections or SECTIONS:
        machine = {"processor": processor(), "threads": arguments.threads, "torch": torch.__version__}
        results[name] = {"machine": machine, "rows": SECTIONS[name](arguments)}
        arguments.out.write_text(json.dumps(results, indent=1) + "\n")
    console.print(f"Written to {arguments.out}")


def processor() -> str:
    """The processor's name from the operating system, and its capability as PyTorch sees it."""
    cpuinfo = Path("/proc/cpuinfo")
    names = (
        [
            line.split(":")[1].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        if cpuinfo.exists()
        else []
    )
    return f"{names[0] if names else platform.processor()}, {torch.backends.cpu.get_cpu_capability()}"


def capture_section(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate(
        "Capture of all signals; 'times bare' is its time divided by that of the bare module",
        (asdict(row) for row in capture.rows(tuple(arguments.units))),
    )


def stream_section(_: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate("One finished trace, encoded, sent and decoded in Chromium", stream.rows())


def page_section(_: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate("The page in Chromium: milliseconds of its own work, and compressed bytes", page.rows())


def sequences_section(_: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate("Reading a table, compared with Polars alone", sequences.rows())


def readers_section(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    title = "Readers of one server; chunks that are late, and the processor's time of server and clients"
    return tabulate(title, readers.rows(tuple(arguments.readers)))


def translation_section(_: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate(
        "A translation with its whole trace, against the same network run bare", translation.rows()
    )


def long_section(_: argparse.Namespace) -> list[dict[str, Any]]:
    return tabulate("Sequences of 100,000 steps: on the stream and on the page", long.rows())


def tabulate(title: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print rows as they come, then as a table; return them rounded."""
    done: list[dict[str, Any]] = []
    for row in rows:
        done.append(
            {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        )
        console.print("  ".join(f"{name} {value}" for name, value in done[-1].items()), style="dim")
    table = Table(title=title)
    for name in done[0]:
        table.add_column(name.replace("_", " "), justify="right")
    for row in done:
        table.add_row(
            *(f"{value:,.2f}" if isinstance(value, float) else f"{value}" for value in row.values())
        )
    console.print(table)
    return done


SECTIONS: dict[str, Callable[[argparse.Namespace], list[dict[str, Any]]]] = {
    "capture": capture_section,
    "stream": stream_section,
    "page": page_section,
    "sequences": sequences_section,
    "long": long_section,
    "readers": readers_section,
    "translation": translation_section,
}

if __name__ == "__main__":
    main()
