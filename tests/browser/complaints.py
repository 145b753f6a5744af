"""What the browser complains about while a test runs."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Complaints:
    """What the browser complained about while a test ran; a test adds to `expected` what it provokes."""

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
