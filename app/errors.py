"""All errors that Gatescope raises on purpose, as one tree.

```
GatescopeError
├── BadInput               422  the request, file or message cannot be used as it is
│   ├── MalformedMessage   400  not a message of the protocol (or not JSON at all)
│   ├── UnknownToken       422  the model's codec refuses a character of the text
│   ├── EmptySequence      422  nothing to read
│   ├── Gap                422  a number is missing, and nothing says what to do about it
│   ├── TooLarge           413  more than a limit of the settings allows
│   │   └── HeadTooLarge   431  the head of a request is too large
│   └── UnsupportedFormat  415  a file or export format that Gatescope does not know
├── NotFound               404
│   ├── UnknownModel       404
│   └── UnknownRecipe      404
├── Forbidden              403  a web page of another origin made the request
├── Idle                   408  a client has sent nothing, or not enough, for too long
├── ModelInvalid           500  a model folder is broken
├── DiskFull               507  there is no space for a file
├── NotReady               503  the opening example is not computed (yet)
└── Overloaded             503  all places, or all memory or disk space, for runs are taken
```

Raise one of these with what was wrong, where, and what would be right. The web layer alone turns them into
problem documents (RFC 9457), the command line into one line on stderr.
"""

from __future__ import annotations

from typing import Any, ClassVar

SHOWN = 80
"""The longest value, in characters, that an error repeats whole."""


def brief(value: str) -> str:
    """Return a value for an error message; a long one is cut."""
    return value if len(value) <= SHOWN else value[:SHOWN] + "…"


class GatescopeError(Exception):
    """The root of all errors that Gatescope raises on purpose.

    `detail` says what was wrong and names the value; `where` points at it (a field, a line, an index) and
    `expected` says what would be right.
    """

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, *, where: str | None = None, expected: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.where = where
        self.expected = expected

    def __str__(self) -> str:
        text = self.detail
        if self.where is not None:
            text += f" (at {self.where})"
        if self.expected is not None:
            text += f"; expected {self.expected}"
        return text

    def problem(self) -> dict[str, Any]:
        """Return the problem document (RFC 9457); `where` and `expected` are left out if unknown."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.where is not None:
            document["where"] = self.where
        if self.expected is not None:
            document["expected"] = self.expected
        return document


class BadInput(GatescopeError):
    """The request, file or message cannot be used as it is."""

    slug = "bad-input"
    title = "The input cannot be used"
    status = 422


class MalformedMessage(BadInput):
    """Not a message of the protocol, or not JSON at all."""

    slug = "malformed-message"
    title = "The message is malformed"
    status = 400


class UnknownToken(BadInput):
    """The model's codec refuses a character of the text."""

    slug = "unknown-token"
    title = "The model does not know this character"


class EmptySequence(BadInput):
    """There is nothing to read: a sequence has at least one step."""

    slug = "empty-sequence"
    title = "The sequence is empty"


class Gap(BadInput):
    """A number is missing in a table, and nothing says what to do about it."""


class TooLarge(BadInput):
    """More than a limit of the settings allows; the detail says the limit."""

    slug = "too-large"
    title = "The input is too large"
    status = 413


class HeadTooLarge(TooLarge):
    """The head of a request, or the framing of its body, is too large."""

    slug = "head-too-large"
    title = "The head of the request is too large"
    status = 431


class UnsupportedFormat(BadInput):
    """A file or export format that Gatescope does not know."""

    slug = "unsupported-format"
    title = "The format is not supported"
    status = 415


class NotFound(GatescopeError):
    """Nothing is at this address or has this name."""

    slug = "not-found"
    title = "Not found"
    status = 404


class UnknownModel(NotFound):
    """No model has this id."""

    slug = "unknown-model"
    title = "There is no such model"


class UnknownRecipe(NotFound):
    """No training recipe has this name."""

    slug = "unknown-recipe"
    title = "There is no such recipe"


class Forbidden(GatescopeError):
    """A request of a web page from another origin, which no setting allows."""

    slug = "forbidden"
    title = "Not allowed from here"
    status = 403


class Idle(GatescopeError):
    """A client has sent nothing, or not enough, for too long; a client of the stream can reconnect with `from_step`."""

    slug = "idle"
    title = "Waited too long"
    status = 408


class ModelInvalid(GatescopeError):
    """A model folder is broken; the detail names the file and what is wrong with it."""

    slug = "model-invalid"
    title = "The model cannot be loaded"


class DiskFull(GatescopeError):
    """There is no space for a file, or it would be larger than this process may write."""

    slug = "disk-full"
    title = "No space for the file"
    status = 507


class NotReady(GatescopeError):
    """The server runs, but cannot show its opening example (yet)."""

    slug = "not-ready"
    title = "Not ready"
    status = 503


class Overloaded(GatescopeError):
    """All places, or all memory or disk space, for runs are taken; the client can try again later."""

    slug = "overloaded"
    title = "Too many runs at once"
    status = 503
