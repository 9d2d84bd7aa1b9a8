"""Who can be asked: wire protocols and reference judges, each one file and one line here."""

from collections.abc import Mapping

from aqa_eval.judges import (
    constant,
    gemini,
    human,
    inspect_ai,
    metadata,
    openai,
    pose_rules,
    prior,
    simulated,
)
from aqa_eval.judges.reply import REFUSALS
from aqa_eval.judges.respondent import (
    AttemptError,
    JudgeOptions,
    Poses,
    Protocol,
    Respondent,
    Sight,
    Training,
)

PROTOCOLS: Mapping[str, Protocol] = {
    p.name: p
    for p in (
        openai.PROTOCOL,
        gemini.PROTOCOL,
        inspect_ai.PROTOCOL,
        constant.PROTOCOL,
        prior.PROTOCOL,
        metadata.PROTOCOL,
        pose_rules.PROTOCOL,
        human.PROTOCOL,
        simulated.PROTOCOL,
    )
}
"""Protocol name -> how such a judge is set up and asked."""

__all__ = [
    "PROTOCOLS",
    "REFUSALS",
    "AttemptError",
    "JudgeOptions",
    "Poses",
    "Protocol",
    "Respondent",
    "Sight",
    "Training",
]
