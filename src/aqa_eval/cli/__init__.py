"""The command `aqa-eval`. Thin: it reads options, calls one room after the other, and prints."""

from __future__ import annotations

import sys

from aqa_eval.cli import datasets, keypoints, mannequin, planning, running, showing, starting
from aqa_eval.cli.application import app
from aqa_eval.errors import AqaError, LedgerError

__all__ = ["app", "datasets", "keypoints", "main", "mannequin", "planning", "running", "showing", "starting"]


def main() -> None:
    """Run the command; what the user can mend is one message, not a traceback."""
    try:
        app()
    except LedgerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(3)
    except AqaError as error:
        print("\n".join(f"error: {line}" for line in str(error).splitlines()), file=sys.stderr)
        sys.exit(2)
