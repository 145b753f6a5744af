"""The browser's complaints during a test."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Complaints:
    """The browser's complaints during a test; a test adds those it provokes to `expected`."""

    origin: str
    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def add(self, complaint: str) -> None:
        self.found.append(complaint)

    def check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != urlsplit(self.origin).netloc:
            self.add(f"request to another host: {url}")

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(re.search(known, text) for known in self.expected)]
