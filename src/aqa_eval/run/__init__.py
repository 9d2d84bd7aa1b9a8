"""Trials -> ledger: the asking loop. The only room that talks to the world."""

from aqa_eval.run.asking import ask_all
from aqa_eval.run.budget import MAY_BE_BILLED, Budget, already_spent
from aqa_eval.run.patience import Patience
from aqa_eval.run.progress import display
from aqa_eval.run.room import Outcome
from aqa_eval.run.studio import Studio
from aqa_eval.run.watching import Watcher

__all__ = [
    "MAY_BE_BILLED",
    "Budget",
    "Outcome",
    "Patience",
    "Studio",
    "Watcher",
    "already_spent",
    "ask_all",
    "display",
]
