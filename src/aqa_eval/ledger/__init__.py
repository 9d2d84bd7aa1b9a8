"""The durable record of what was asked and answered."""

from aqa_eval.ledger.ledger import FILE_NAME, Ledger
from aqa_eval.ledger.memory import called

__all__ = ["FILE_NAME", "Ledger", "called"]
