"""Trials -> ledger: the asking loop. The only room that talks to the world."""

from aqa_eval.run.asking import Outcome, ask_all
from aqa_eval.run.budget import Budget
from aqa_eval.run.patience import Patience
from aqa_eval.run.progress import display
from aqa_eval.run.studio import Studio
from aqa_eval.run.watching import Watcher

__all__ = ["Budget", "Outcome", "Patience", "Studio", "Watcher", "ask_all", "display"]
