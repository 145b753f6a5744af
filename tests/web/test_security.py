import pytest

from app.web.security import content_security_policy
from tests.web.running import Running, problem
from tests.web.streaming import start


@pytest.mark.parametrize("path", ["/", "/api/models", "/nowhere", "/static/x/y", "/healthz", "/openapi.json"])
def test_every_answer_has_the_security_headers(server: Running, path: str) -> None:
    headers = server.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["content-security-policy"] == content_security_policy(server.host)
    assert "server" not in headers


@pytest.mark.parametrize("path", ["js/explore.js", "css/base.css"])
def test_scripts_and_stylesheets_have_only_the_needed_headers(server: Running, path: str) -> None:
    headers = server.get(server.app.state.services.static.url(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" not in headers


def test_the_policy_allows_only_what_the_page_needs() -> None:
    directives = dict(
        part.strip().split(" ", 1) for part in content_security_policy("a.example:8000").split(";")
    )
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "connect-src": "'self' ws://a.example:8000 wss://a.example:8000",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("host", ["a; script-src *", "a b", "", "a,b", "'self'"])
def test_a_strange_host_does_not_get_into_the_policy(host: str) -> None:
    assert "connect-src 'self';" in content_security_policy(host)


def test_an_ipv6_address_is_a_host() -> None:
    assert "ws://[::1]:8000" in content_security_policy("[::1]:8000")


@pytest.mark.parametrize(("path", "body"), [("/api/traces", start()), ("/api/sequences", "a text")])
def test_a_page_of_another_origin_cannot_make_the_server_compute(
    server: Running, path: str, body: str
) -> None:
    problem(server.post(path, content=body, headers={"Origin": "https://evil.example"}), 403, "forbidden")
    assert server.post(path, content=body, headers={"Origin": server.url}).status_code == 200


def test_a_page_of_another_origin_cannot_read_an_answer(server: Running) -> None:
    answer = server.get("/api/models", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
