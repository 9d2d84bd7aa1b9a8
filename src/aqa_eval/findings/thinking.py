"""Which judges are one model with and without thinking."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aqa_eval.pricing.output import thinks
from aqa_eval.vocabulary import Judge

_KIND = re.compile(r"[-_ ](?:thinking|instruct)(?=$|[-_ ])", re.IGNORECASE)


def thinking_pairs(judges: Iterable[Judge]) -> dict[str, str]:
    """Judge that thinks before it answers -> the judge of the same model that does not, by name.

    Two judges are such a pair if they have a model of one name, but for "-Thinking" and "-Instruct" in it,
    one of them thinks (`pricing.output.thinks`) and the other does not. Where several do not, the first
    counts. A model that always thinks has no partner.
    """
    known = [judge for judge in judges if judge.model]
    pairs: dict[str, str] = {}
    for judge in known:
        if thinks(judge):
            partners = (o.name for o in known if not thinks(o) and _base(o.model) == _base(judge.model))
            partner = next(partners, None)
            if partner is not None:
                pairs[judge.name] = partner
    return pairs


def _base(model: str) -> str:
    return _KIND.sub("", model).lower()
