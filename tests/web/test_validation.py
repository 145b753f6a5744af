"""Half of a surrogate pair, which JSON can express but no text can hold, over a real socket."""

import json

import pytest

from tests.web.running import Running, problem
from tests.web.streaming import tell

HALF = {"model": "small", "sequence": {"text": "ab\ud83d"}, "signal": "cell_state"}
DETAIL = "character 2 of sequence.text is half of a surrogate pair (U+D83D)"


@pytest.mark.parametrize("escaped", [True, False], ids=["as an escape", "as three bytes that are not UTF-8"])
@pytest.mark.parametrize("path", ["/api/traces", "/api/orders"])
def test_half_a_character_in_a_body_is_named_in_the_problem(
    server: Running, path: str, escaped: bool
) -> None:
    body = json.dumps(HALF, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    refused = problem(server.post(path, content=body), 422, "bad-input")
    assert (refused["detail"], refused["where"]) == (DETAIL, "sequence.text")


def test_half_a_character_in_a_message_is_named_in_the_problem(server: Running) -> None:
    refused = tell(server, json.dumps({"type": "start", **HALF, "credit": 9})).problem
    assert (refused["type"], refused["detail"]) == ("/problems/bad-input", DETAIL)
    assert refused["expected"] == "whole Unicode characters"


@pytest.mark.parametrize("broken", ['{"text": "\\ud83d"', '{"text": "\\ud83', "[" * 100_000])
def test_a_body_that_is_not_json_is_malformed(server: Running, broken: str) -> None:
    content = broken[:20_000].encode()
    assert (
        "not JSON" in problem(server.post("/api/traces", content=content), 400, "malformed-message")["detail"]
    )


def test_a_text_has_the_same_steps_however_its_lines_end(server: Running) -> None:
    def tokens(text: str) -> list[str]:
        start = {"type": "start", "model": "small", "sequence": {"text": text}, "credit": 99}
        return [token["text"] for token in tell(server, json.dumps(start)).header["tokens"]]

    assert tokens("a\r\nb\rc\n") == tokens("a\nb\nc\n") == ["<start>", "a", "\n", "b", "\n", "c", "\n"]
