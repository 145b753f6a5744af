from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, asset_directory


def test_every_setting_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_PORT", "9000")
    monkeypatch.setenv("GATESCOPE_ALLOWED_ORIGINS", "https://A.example/, http://b.example:81")
    monkeypatch.setenv("GATESCOPE_MODELS", "/somewhere")
    settings = Settings()
    assert settings.port == 9000
    assert settings.allowed_origins == ["https://a.example", "http://b.example:81"]
    assert settings.models == Path("/somewhere")
    assert Settings(port=1).port == 1


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("/", ""), ("gates", "/gates"), ("/a/b/", "/a/b")])
def test_a_root_path_has_one_leading_slash(given: str, kept: str) -> None:
    assert Settings(root_path=given).root_path == kept


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(port=70_000)
    with pytest.raises(ValidationError):
        Settings(max_runs=0)


@pytest.mark.parametrize("name", ["templates", "static", "models"])
def test_the_folders_are_found(name: str) -> None:
    assert asset_directory(name).is_dir()


def test_packed_folders_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.settings.PACKAGE", tmp_path / "app")
    assert asset_directory("static") == tmp_path / "static"
    packed = tmp_path / "app" / "_data" / "static"
    packed.mkdir(parents=True)
    assert asset_directory("static") == packed


def test_nothing_is_kept_without_a_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATESCOPE_CACHE", str(tmp_path))
    assert Settings().cache == tmp_path
    monkeypatch.setenv("GATESCOPE_CACHE", "")
    assert Settings().cache is None
    monkeypatch.delenv("GATESCOPE_CACHE")
    monkeypatch.setattr("app.settings.sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().cache == tmp_path / "gatescope"
