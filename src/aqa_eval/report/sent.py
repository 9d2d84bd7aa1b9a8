"""The request that a trial was sent, made again from the record that lies with its answer."""

from __future__ import annotations

from aqa_eval import verdicts
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, showing_of
from aqa_eval.vocabulary import NOBODY, Answer, Request, Trial, Usage


def sent(plan: Plan, ledger: Ledger, trial: Trial, answer: Answer) -> Request | None:
    """The trial's request; None where none was made (nobody was found, or what it rests on could not be
    used), and where it failed: what an attempt sent is recorded with its answer alone.
    """
    unmade = {"description", "parent", "unprobed"} & answer.sent.keys()
    unseen = answer.finish == NOBODY and answer.usage == Usage()
    if answer.failure is not None or unseen or unmade:
        return None
    described = ledger.answer(trial.description_key) if trial.description_key else None
    said = verdicts.spoken(described.text)[0] if described else ""
    return plan.request(trial, showing_of(trial, answer), said, str(answer.sent.get("reasoning", "")))
