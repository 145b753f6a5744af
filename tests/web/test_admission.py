"""What all runs of a server hold together is limited, and given back."""

import pytest

from app.errors import Overloaded, TooLarge
from app.web.admission import Admission, Budget


def test_shares_add_up_to_the_budget_and_are_given_back() -> None:
    budget = Budget(100, "memory")
    with budget.share() as first, budget.share() as second:
        first.grow(60)
        second.grow(40)
        with pytest.raises(Overloaded, match="all runs together hold 100 bytes of memory"):
            second.grow(1)
        first.shrink(10)
        with second.grown(10):
            assert budget.held == 100
        assert budget.held == 90
    assert budget.held == 0


def test_a_run_that_can_never_fit_is_too_large() -> None:
    with Budget(100, "disk").share() as share:
        share.grow(60)
        with pytest.raises(TooLarge, match="this would take 101 bytes of disk") as refused:
            share.grow(41)
        assert refused.value.expected == "at most 100 bytes"
        assert share.held == 60


def test_a_place_gives_everything_back() -> None:
    admission = Admission(1, Budget(100, "memory"), Budget(100, "disk"))
    with admission.admitted() as place:
        place.memory.grow(70)
        place.disk.grow(80)
        assert admission.active == 1
        with pytest.raises(Overloaded), admission.admitted():
            pass
    assert (admission.active, admission.memory.held, admission.disk.held) == (0, 0, 0)
