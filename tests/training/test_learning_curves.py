import numpy as np
import pytest

from app.training import learning_curves
from app.training.date_recipe import lesson, rule, table
from app.training.dates import HELD_OUT, Written, drawn
from app.training.learning_curves import SHARES, Point, learning_curve
from app.training.loop import Plan


def test_a_curve_has_regular_points_and_depends_on_the_share_fed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning_curves, "JUDGED", 20)
    plan = Plan(steps=4, seed=0, learning_rate=3e-3, warm_up=1)
    curve = learning_curve(plan, 1.0, every=2)
    assert [point.step for point in curve] == [2, 4]
    assert curve == learning_curve(plan, 1.0, every=2)
    assert curve[-1].loss != pytest.approx(learning_curve(plan, 0.0, every=2)[-1].loss)


def test_the_card_shows_the_curves() -> None:
    curves = {share: [Point(50, 1.0, 0.2), Point(100, 0.25, share)] for share in SHARES}
    assert table(curves).splitlines()[2:] == ["| 100 | 0.250 | 100.0% | 0.250 | 50.0% | 0.250 | 0.0% |"]
    assert "with 50% true characters it first writes half of the dates exactly after 100 steps" in lesson(
        curves
    )
    assert "with 0% true characters it first writes half of the dates exactly never" in lesson(curves)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("Tuesday, February 3, 2015", "2015-02-03"), ("3.2.2015", "2015-02-03"), ("2015/02/03", "2015-02-03")],
)
def test_the_rule_reads_english_and_numbers(text: str, iso: str) -> None:
    assert rule(Written(text, iso)) == iso


def test_the_rule_returns_nothing_for_unknown_dates() -> None:
    assert rule(Written("3 février", "2015-02-03")) == ""
    assert all(
        len(rule(date)) in (0, 10) for date in drawn(np.random.default_rng(0), 50, HELD_OUT, lambda _: True)
    )
