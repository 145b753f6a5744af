import datetime

import numpy as np

from app.training.dates import (
    CASES,
    HELD_OUT,
    STYLES,
    TRAINED,
    DateBatches,
    Style,
    characters,
    drawn,
    held_out,
    symbols,
    validation,
)


def test_dates_are_written_as_in_their_language() -> None:
    date = datetime.date(2015, 2, 3)
    assert Style("fr", "full").write(date) == "mardi 3 février 2015"
    assert Style("en_US", "MMMM d, y").write(date) == "February 3, 2015"
    assert Style("ja", "long").write(date) == "2015年2月3日"


def test_no_text_means_two_dates() -> None:
    meant: dict[str, datetime.date] = {}
    for style in STYLES:
        for day in range(0, 366, 3):
            date = datetime.date(2012, 1, 1) + datetime.timedelta(days=day)
            for case in CASES:
                assert meant.setdefault(case(style.write(date)), date) == date


def test_training_reads_no_held_out_date_or_style() -> None:
    assert len(HELD_OUT) > 30 and not set(HELD_OUT) & set(TRAINED)
    codec = characters().build()
    trained = {style.write(datetime.date(2000, 5, 6)) for style in TRAINED}
    assert any(style.write(datetime.date(2000, 5, 6)) not in trained for style in HELD_OUT)
    made = DateBatches(codec, size=40, seed=0)
    for step in range(5):
        for lane in made(step).wanted.T.tolist():
            date = datetime.date.fromisoformat(codec.target.text(lane))
            assert not held_out(date)
            assert not validation(date)


def test_a_batch_of_dates_depends_only_on_its_step() -> None:
    made = DateBatches(characters().build(), size=4, seed=0)
    assert made(3).source.equal(made(3).source)
    assert made(3).read.shape == (11, 4)


def test_the_symbols_cover_every_drawn_date() -> None:
    for written in drawn(np.random.default_rng(0), 300, STYLES, held_out):
        assert set(written.text) <= set(symbols())
        assert held_out(datetime.date.fromisoformat(written.iso))
