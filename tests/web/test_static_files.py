import asyncio
import gzip
import re
from concurrent.futures import Future
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from starlette.datastructures import Headers

from app.recurrent import CELLS
from app.settings import asset_directory
from app.web.content import Content, accepted_codings
from app.web.static_files import PLOTLY, Static, plotly_bundle, signals_css
from tests.web.running import PATIENCE, Running, problem


def static(server: Running) -> Static:
    found: Static = server.app.state.services.static
    return found


def test_every_file_is_served_under_the_version(server: Running) -> None:
    directory = asset_directory("static")
    for path in ("js/explore.js", "css/base.css"):
        answer = server.get(static(server).url(path))
        assert answer.content == (directory / path).read_bytes()
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_the_version_changes_with_any_content(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    first = Static(tmp_path).version
    assert Static(tmp_path).version == first
    (tmp_path / "js" / "a.js").write_text("2")
    changed = Static(tmp_path).version
    (tmp_path / "js" / "a.js").rename(tmp_path / "js" / "b.js")
    assert len({first, changed, Static(tmp_path).version}) == 3


def test_a_page_preloads_its_own_modules_and_no_others(tmp_path: Path) -> None:
    files = {
        "one.js": 'import { a } from "./room/a.js";\nimport {\n  b,\n} from "./room/b.js";\n',
        "two.js": 'import "./room/c.js";\nexport function e(/** @type {import("./d.js").D} */ d) {}\n',
        "room/a.js": '/** @typedef {import("./c.js").C} C */\nexport { b } from "./b.js";\n',
        "room/b.js": 'import { d } from "../d.js";\n/**\n * import { c } from "./c.js";\n */\n',
        "room/c.js": "",
        "d.js": "",
    }
    for name, text in files.items():
        (tmp_path / "js" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "js" / name).write_text(text)
    static = Static(tmp_path)
    assert set(static.modules_of("js/one.js")) == {"js/one.js", "js/room/a.js", "js/room/b.js", "js/d.js"}
    assert set(static.modules_of("js/two.js")) == {"js/two.js", "js/room/c.js"}


@pytest.mark.parametrize(
    "path", ["js/none.js", "../app/main.py", "%2e%2e/app/main.py", "js", "", "vendor/../js/explore.js/.."]
)
def test_nothing_else_is_served(server: Running, path: str) -> None:
    problem(server.get(f"/static/{static(server).version}/{path}"), 404, "not-found")


def test_another_version_is_not_served(server: Running) -> None:
    problem(server.get("/static/0123456789abcdef/js/explore.js"), 404, "not-found")


def test_plotly_comes_from_the_installed_package_and_is_always_compressed(server: Running) -> None:
    for accepted, unpacked in (("gzip", gzip.decompress), ("gzip, deflate, br", None)):
        with (
            server.client() as client,
            client.stream("GET", static(server).url(PLOTLY), headers={"accept-encoding": accepted}) as answer,
        ):
            data = b"".join(answer.iter_raw())
            coding = answer.headers["content-encoding"]
        assert len(data) < 1_600_000
        unpack = unpacked or (brotli.decompress if coding == "br" else gzip.decompress)
        assert unpack(data) == plotly_bundle().read_bytes()


def test_brotli_is_sent_once_it_is_ready(server: Running) -> None:
    content = static(server).contents["css/base.css"]
    content.variants["br"].result(timeout=PATIENCE)
    answer = server.get(static(server).url("css/base.css"), headers={"accept-encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"


def test_a_client_that_accepts_no_coding_gets_the_file_itself(server: Running) -> None:
    answer = server.get(static(server).url("css/base.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers


def test_a_known_variant_is_not_sent_again(server: Running) -> None:
    url = static(server).url("css/base.css")
    tag = server.get(url, headers={"accept-encoding": "gzip"}).headers["etag"]
    again = server.get(url, headers={"accept-encoding": "gzip", "if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    plain = server.get(url, headers={"accept-encoding": "identity", "if-none-match": tag})
    assert plain.status_code == 200


def test_head_is_answered_without_a_body(server: Running) -> None:
    with server.client() as client:
        answer = client.head(static(server).url("css/base.css"))
    assert (answer.status_code, answer.content) == (200, b"")


def test_gzip_is_awaited_while_no_variant_is_ready() -> None:
    content = Content(b"body", "text/plain", "tag", {"br": Future(), "gzip": Future()})

    async def ask() -> tuple[str | None, bytes]:
        asked = asyncio.create_task(content._variant(frozenset({"br", "gzip"})))
        await asyncio.wait([asked], timeout=0)
        assert not asked.done()
        content.variants["gzip"].set_result(b"packed")
        return await asyncio.wait_for(asked, PATIENCE)

    assert asyncio.run(ask()) == ("gzip", b"packed")


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", set()),
        ("gzip, deflate, br;q=0.5", {"gzip", "deflate", "br"}),
        ("br;q=0, gzip;q=0.000, GZIP", {"gzip"}),
        ("*", {"*"}),
    ],
)
def test_accepted_codings_are_parsed(header: str, accepted: set[str]) -> None:
    assert accepted_codings(Headers({"accept-encoding": header})) == accepted


def test_every_signal_has_its_colour_in_both_themes(server: Running) -> None:
    sheet = server.get(static(server).url("signals.css"))
    assert sheet.text == signals_css()
    light, _, dark = sheet.text.partition("@media (prefers-color-scheme: dark)")
    for cell in CELLS.values():
        for signal in cell.signals:
            assert f"{signal.css}: {signal.light};" in light
            assert dark.count(f"{signal.css}: {signal.dark};") == 2
    assert re.findall(r"^ *(:root.*) \{$", sheet.text, re.MULTILINE) == [
        ":root",
        ":root:not([data-theme=light])",
        ":root[data-theme=dark]",
    ]
