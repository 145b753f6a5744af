"""A sample file for each format: four days of a made-up weather station, hour by hour, and a text.

All tables hold the same numbers, so that the formats can be compared.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import polars as pl

from ..errors import NotFound

HOURS = 96
BEGIN = datetime(2024, 5, 1)
FEATURES = ("temperature", "humidity", "wind")
TEXT = '''def mean(numbers):
    """Return the mean of some numbers."""
    total = 0
    for number in numbers:
        total += number
    return total / len(numbers)


print(mean([12.5, 14.0, 11.5]))
'''


@dataclass(frozen=True)
class Sample:
    """A file that a user can download and upload again."""

    title: str
    media_type: str
    make: Callable[[], bytes]


def sample(name: str) -> tuple[str, bytes]:
    """Return the media type and the bytes of a sample file; raises `NotFound`."""
    found = SAMPLES.get(name)
    if found is None:
        raise NotFound(
            f"there is no sample {name[:40]!r}", where="name", expected="one of: " + ", ".join(SAMPLES)
        )
    return found.media_type, found.make()


@cache
def station() -> pl.DataFrame:
    """Return the weather station's table: `time`, then one column per feature."""
    hour = np.arange(HOURS)
    noise = np.random.default_rng(7).normal(size=(3, HOURS))
    day = np.sin((hour - 9) * np.pi / 12)  # warmest in the afternoon
    temperature = 14 + 6 * day - 0.03 * hour + 0.6 * noise[0]
    humidity = np.clip(65 - 18 * day + 3 * noise[1], 20, 100)
    wind = np.abs(3 + 2 * np.sin(hour / 9) + noise[2])
    time = [f"{BEGIN + timedelta(hours=int(h)):%Y-%m-%d %H:%M}" for h in hour]
    columns = {"time": time, "temperature": temperature, "humidity": humidity, "wind": wind}
    return pl.DataFrame(columns).with_columns(pl.col(FEATURES).round(1))


def _text() -> bytes:
    return TEXT.encode()


def _csv() -> bytes:
    return station().write_csv().encode()


def _json() -> bytes:
    return json.dumps(station().to_dicts(), indent=1).encode()


def _json_lines() -> bytes:
    return "".join(json.dumps(record) + "\n" for record in station().to_dicts()).encode()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, station().select(FEATURES).to_numpy(order="c"))
    return file.getvalue()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, values=station().select(FEATURES).to_numpy(order="c"))
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    time = pl.col("time").str.to_datetime("%Y-%m-%d %H:%M")
    station().with_columns(time).write_parquet(file)
    return file.getvalue()


SAMPLES = {
    "program.txt": Sample("Program", "text/plain; charset=utf-8", _text),
    "station.csv": Sample("CSV", "text/csv; charset=utf-8", _csv),
    "station.json": Sample("JSON", "application/json", _json),
    "station.jsonl": Sample("JSON lines", "application/x-ndjson", _json_lines),
    "station.npy": Sample("NumPy .npy", "application/octet-stream", _npy),
    "station.npz": Sample("NumPy .npz", "application/zip", _npz),
    "station.parquet": Sample("Parquet", "application/vnd.apache.parquet", _parquet),
}
