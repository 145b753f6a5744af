"""The clock, frame by frame: the test makes the frames, so no real time passes."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

# `clock` of 10 steps, 4 of them received, with two phases; `frames(seconds, …)` runs a frame after each.
CLOCK = """({ Clock }) => {
  let now = 0;
  let waiting = null;
  const life = new AbortController();
  const drawn = [];
  const told = [];
  const clock = new Clock((callback) => (waiting = callback));
  clock.phases = [{ name: "a", title: "A", start: 0, stop: 0.5 }, { name: "b", title: "B", start: 0.5, stop: 1 }];
  for (const name of ["state", "seek", "loop"]) clock.on(name, () => told.push(name), life.signal);
  const mark = clock.add((t) => drawn.push(t), life.signal);
  const frames = (...seconds) => seconds.forEach((passed) => {
    now += passed * 1000;
    const callback = waiting;
    waiting = null;
    callback?.(now);
  });
  clock.reach({ extent: 10, available: 4 });
  frames(0);
  drawn.length = 0;
  return SCRIPT;
}"""


def clocked(still: Page, script: str) -> Any:
    return run(still, "time/clock.js", CLOCK.replace("SCRIPT", script))


def test_time_moves_with_the_speed_and_waits_for_steps(still: Page) -> None:
    script = "(clock.play(), frames(0, 0.2, 0.2), [clock.state, clock.t])"
    assert clocked(still, script) == ["playing", pytest.approx(0.4)]
    script = "(clock.speed = 4, clock.play(), frames(0, 0.25, 0.25), clock.t)"
    assert clocked(still, script) == pytest.approx(2)
    waits = "clock.speed = 16, clock.play(), frames(0, 0.25, 0.25)"
    assert clocked(still, f"({waits}, [clock.state, clock.t])") == ["waiting", 4]
    more = "clock.reach({ extent: 10, available: 10 }), frames(0, 0.125)"
    assert clocked(still, f"({waits}, {more}, [clock.state, clock.t])") == ["playing", pytest.approx(6)]


def test_the_last_step_is_followed_until_it_is_known(still: Page) -> None:
    begun = "clock.reach({ extent: 5, available: 4, open: true }), clock.step(Infinity)"
    more = "clock.reach({ extent: 8, available: 7, open: true })"
    whole = "clock.reach({ extent: 9, available: 9 }), clock.reach({ extent: 10, available: 10 })"
    assert clocked(still, f"({begun}, [clock.t, ({more}, clock.t), ({whole}, clock.t), clock.state])") == [
        *(4, 7, 8),
        "paused",
    ]
    for left in ("clock.seek(2)", "clock.step(-2)", "(clock.seek(2), clock.play())"):
        assert clocked(still, f"({begun}, {left}, {more}, clock.t)") == 2


def test_time_stays_when_fewer_steps_can_be_played(still: Page) -> None:
    less = (
        "clock.seek(3), clock.play(), frames(0, 0.1), clock.reach({ extent: 10, available: 2 }), frames(0.2)"
    )
    assert clocked(still, f"({less}, [clock.state, clock.t])") == ["waiting", pytest.approx(3.1)]
    more = "clock.reach({ extent: 10, available: 4 }), frames(0, 0.2)"
    assert clocked(still, f"({less}, {more}, [clock.state, clock.t])") == ["playing", pytest.approx(3.3)]


def test_a_hidden_tab_does_not_jump(still: Page) -> None:
    assert clocked(still, "(clock.play(), frames(0, 3600), clock.t)") == pytest.approx(0.25)


def test_the_end_pauses_and_playing_again_restarts(still: Page) -> None:
    end = "clock.reach({ extent: 2, available: 2 }), clock.seek(1.9), clock.play(), frames(0, 0.25)"
    assert clocked(still, f"({end}, [clock.state, clock.t])") == ["paused", 2]
    assert clocked(still, f"({end}, clock.play(), [clock.state, clock.t])") == ["playing", 0]


def test_a_loop_repeats(still: Page) -> None:
    loop = "clock.loop = { start: 1, stop: 3 }, clock.seek(2.9), clock.play(), frames(0, 0.25)"
    assert clocked(still, f"({loop}, clock.t)") == pytest.approx(1.15)


def test_steps_and_phases_have_ends(still: Page) -> None:
    assert clocked(still, "(clock.seek(1.2), clock.step(1), clock.t)") == 2
    assert clocked(still, "(clock.step(99), clock.t)") == 9
    assert clocked(still, "(clock.step(-99), clock.t)") == 0
    assert clocked(still, "(clock.seek(-1), clock.t)") == 0
    assert clocked(still, "(clock.seek(1.7), clock.phaseShown.name)") == "b"


def test_a_phase_is_played_and_rests_at_its_end(still: Page) -> None:
    plays = "clock.seek(1.2), clock.phase(1), frames(0, 0.25)"
    assert clocked(still, f"({plays}, [clock.state, clock.t > 1.2 && clock.t < 1.5])") == ["playing", True]
    ends = f"{plays}, frames(0.25, 0.25, 0.25, 0.25, 0.25)"
    rest = pytest.approx(1.5, abs=1e-3)
    assert clocked(still, f"({ends}, [clock.state, clock.t, clock.phaseShown.name])") == ["paused", rest, "a"]
    again = f"{ends}, clock.phase(1), frames(0, 0.25, 0.25, 0.25, 0.25, 0.25)"
    assert clocked(still, f"({again}, [clock.t, clock.phaseShown.name])") == [pytest.approx(1.96), "b"]
    assert clocked(still, "(clock.seek(1), clock.phase(-1), [clock.state, clock.t])") == [
        "paused",
        pytest.approx(0.96),
    ]
    twice = "clock.seek(1), clock.phase(1), clock.phase(1), frames(0, 0.25, 0.25, 0.25, 0.25, 0.25)"
    assert clocked(still, f"({twice}, clock.t)") == pytest.approx(1.96)
    assert clocked(still, "(clock.still = true, clock.seek(1), clock.phase(1), [clock.state, clock.t])") == [
        "paused",
        rest,
    ]


def test_pausing_shows_the_whole_step_unless_its_phases_can_be_read(still: Page) -> None:
    pauses = "clock.play(), frames(0, 0.25, 0.25, 0.25, 0.25, 0.25), clock.pause(), clock.t"
    assert clocked(still, f"({pauses})") == 1
    assert clocked(still, f"(clock.speed = 0.0625, {pauses})") == pytest.approx(1.25 / 16)


def test_still_pictures_are_whole_steps_or_the_ends_of_phases(still: Page) -> None:
    script = "clock.still = true, clock.seek(1.4), clock.play(), frames(0, 0.2), [clock.t, clock.shown]"
    assert clocked(still, f"({script})") == [pytest.approx(1.6), 1]
    slow = f"clock.speed = 0.0625, {script}"
    assert clocked(still, f"({slow})") == [pytest.approx(1.4125), pytest.approx(1.5, abs=1e-3)]


def test_only_what_is_marked_is_drawn_and_once_a_frame(still: Page) -> None:
    assert clocked(still, "(mark(), mark(), frames(0, 0), drawn)") == [0]
    assert clocked(still, "(clock.seek(2), clock.seek(3), frames(0), [drawn, told])") == [
        [3],
        ["seek", "seek"],
    ]
    assert clocked(still, "(frames(0, 0), drawn)") == []


def test_aborted_listeners_and_drawings_are_not_called(still: Page) -> None:
    script = "(life.abort(), clock.seek(2), clock.play(), frames(0, 0.1), [drawn, told, clock.t > 2])"
    assert clocked(still, script) == [[], [], True]


def test_a_step_at_rest_is_whole_and_playing_is_phased_a_pulse_or_still(still: Page) -> None:
    def moment(moves: str) -> Any:
        drawn = f"(clock.reach({{ extent: 10, available: 10 }}), {moves}, momentOf(clock))"
        script = CLOCK.replace("SCRIPT", drawn).replace("({ Clock })", "async ({ momentOf }, path)")
        script = script.replace("let now", "const { Clock } = await import(path);\n  let now")
        base = still.locator('script[src$="explore.js"]').get_attribute("src") or ""
        found = run(still, "time/moment.js", script, base.replace("explore.js", "time/clock.js"))
        return found | {"phase": found.get("phase", {}).get("name")}

    whole = {"fraction": 0.96, "whole": True, "phase": None}
    begun = {"step": 3, "fraction": 0.25, "whole": False}
    phased = {"phased": True, "phase": "a"}
    assert moment("clock.seek(3)") == {"step": 3, "phased": True, **whole}
    assert moment("clock.seek(10)") == {"step": 9, "phased": True, **whole}
    assert moment("clock.seek(3.25)") == {**begun, **phased}
    assert moment("clock.seek(9.99)") == {
        "step": 9,
        "fraction": 0.96,
        "whole": False,
        "phased": True,
        "phase": "b",
    }
    plays = "clock.seek(3.25), clock.play()"
    assert moment(plays) == {"phased": False, "phase": None, **begun}
    assert moment(f"clock.speed = 0.0625, {plays}") == {**begun, **phased}
    assert moment(f"clock.speed = 4, {plays}") == {"step": 3, "phased": False, **whole}
    assert moment(f"clock.still = true, {plays}") == {"step": 3, "phased": False, **whole}
    rests = {"step": 3, "fraction": pytest.approx(0.5, abs=1e-3), "whole": False, **phased}
    assert moment(f"clock.still = true, clock.speed = 0.0625, {plays}") == rests
