"""Finds the Chromium for the browser tests, and can install it.

`python -m tests.browser.chromium` prints the path of the Chromium that will be used. If there is none, it is installed
first: by apt-get for root on Debian, otherwise by Playwright's own installer.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# The shell is Chromium without the window around the page, which nobody sees in a test and which would be drawn too.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLACES = (
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# Each window would load two hidden pages for the list below its address bar, which takes almost a second. Only the last
# such list counts, so Playwright's own features are named here too.
WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)

QUIET = [
    f"--disable-features={','.join(WITHOUT)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def launch_options() -> dict[str, Any]:
    """Playwright's launch options: headless, silent; no sandbox if CHROMIUM_SANDBOX=off, the default for root."""
    executable = find()
    if executable is None:
        raise FileNotFoundError(
            "no Chromium found: `make test` installs one, or set CHROMIUM to the path of yours"
        )
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sandbox = os.environ.get("CHROMIUM_SANDBOX", "off" if root else "on") == "on"
    return {"executable_path": executable, "args": QUIET, "chromium_sandbox": sandbox, "headless": True}


def find() -> Path | None:
    """The Chromium named by the environment variable CHROMIUM, or on the PATH, or in a known place, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise FileNotFoundError(f"CHROMIUM must name a program that can be run, but got {named!r}")
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    in_places = (place for place in PLACES if os.access(place, os.X_OK))
    found = next((path for path in (*on_path, *in_places) if path), None)
    return Path(found) if found else playwrights_own()


def playwrights_own() -> Path | None:
    """The Chromium downloaded by Playwright's installer, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def install() -> None:
    """Installs a Chromium, which takes a minute or two."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and is_debian() and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environment)
        for package in (SHELL, "chromium"):  # old releases of Debian do not have the shell
            add = ["apt-get", "install", "-yq", "--no-install-recommends", package]
            if subprocess.run(add, env=environment).returncode == 0:
                return
    command = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"]
    subprocess.run(command, check=True)


def is_debian() -> bool:
    """Whether this is Debian itself; Ubuntu's package of the same name only points to a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text().splitlines()


def main() -> None:
    path = find()
    if path is None:
        print("No Chromium found: installing one for the browser tests", file=sys.stderr)
        install()
        path = find()
    if path is None:
        sys.exit("No Chromium found, and none could be installed: set CHROMIUM to the path of one")
    print(f"Browser tests run in {path}")


if __name__ == "__main__":
    main()
