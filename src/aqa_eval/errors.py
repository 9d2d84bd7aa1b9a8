"""What can be wrong with what the program was given. One type a kind; a bug is none of them.

Each message names the file, key or trial, what was found, what was expected and what to do. The
command prints it without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AqaError(Exception):
    """The base of all of them: shown to the user as one message."""


class StudyError(AqaError):
    """The study file, or a command-line option that edits it."""


class DataError(AqaError):
    """A dataset's files: missing, malformed, or not what their description says."""


class MediaError(AqaError):
    """A recording that cannot be shown: missing, corrupt, too short, or without a person."""


class NobodyFoundError(MediaError):
    """What was to be shown rests on the person, and nobody was found in any frame."""


class LedgerError(AqaError):
    """The record of answers: locked, unwritable, full, or from a newer version."""


class JudgeError(AqaError):
    """A judge that cannot be asked at all: no key, unknown protocol, every request refused."""


class TraceError(AqaError):
    """The audit of traces: a lexicon that is not sound, labels that cannot be read, a file in the way."""


class ReportError(AqaError):
    """A report that cannot be written: read-only folder, full disk, or a file in the way."""


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """The clause of a message about an unknown name: "did you mean 'rgb'? Allowed: crop, none, rgb"."""
    names = sorted(allowed)
    near = difflib.get_close_matches(found.lower(), names, n=1, cutoff=0.5)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"{guess}Allowed: {', '.join(names)}"
