"""A short soak; `make soak` streams a million steps."""

import gc

from app.settings import Settings
from benchmarks.soak import GROWTH, soak
from tests.web.running import PATIENCE, running, wait_until


def test_a_server_keeps_nothing_of_what_it_has_streamed() -> None:
    def objects() -> int:
        wait_until(lambda: server.active == 0)
        gc.collect()
        return len(gc.get_objects())

    with running(Settings()) as server:
        steps, before, after = soak(f"ws://{server.host}/api/stream", objects, 12_000, PATIENCE)
        assert steps == 12_000
        assert after < before * (1 + GROWTH)
        assert (server.services.admission.memory.held, server.services.incoming.held) == (0, 0)
