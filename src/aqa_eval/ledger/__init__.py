"""The durable record of what was asked and answered."""

from aqa_eval.ledger.ledger import FILE_NAME, Ledger

__all__ = ["FILE_NAME", "Ledger"]
