"""The durable record of what was asked and answered."""

from aqa_eval.ledger.ledger import FILE_NAME, NOBODY, Ledger

__all__ = ["FILE_NAME", "NOBODY", "Ledger"]
