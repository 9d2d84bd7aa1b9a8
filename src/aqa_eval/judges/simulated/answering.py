"""How a simulated observer's judgement is put into words: alone, or as JSON with confidence and evidence."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from aqa_eval.judges.saying import say, say_score
from aqa_eval.vocabulary import Answer, Request


def posterior(log_odds: float, overconfidence: float) -> float:
    """The confidence in what is said at `log_odds` of being right, these made `overconfidence` times as
    great.

    1 is calibrated: right as often as it says, where both truths are equally frequent and nothing else
    pushes.
    """
    x = overconfidence * log_odds
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def answered(
    judgement: bool | str | float,
    request: Request,
    confidence: float | None = None,
    evidence: Sequence[Mapping[str, object]] = (),
) -> Answer:
    """The answer: plainly, or, with a confidence or evidence, as the JSON object that prompts ask for.

    No prompt but those for JSON asks for a confidence; it is stated in that form under any other too, since
    that is where it is read.
    """
    plain = say_score(judgement, request) if isinstance(judgement, float) else say(judgement, request)
    if confidence is None and not evidence:
        return plain
    said: dict[str, object] = {"evidence": list(evidence)} if evidence else {}
    said |= {"score": judgement} if isinstance(judgement, float) else {"answer": plain.text}
    if confidence is not None:
        said["confidence"] = round(confidence, 4)
    return Answer(text=json.dumps(said, ensure_ascii=False), finish="stop", manifest=request.frames)
