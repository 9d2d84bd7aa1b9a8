"""What is said to a judge: texts as data in `library`, and how they are composed around what is shown."""

from aqa_eval.prompts.answers import LETTERS, WORDS, answer_key, turned
from aqa_eval.prompts.composing import Composed, compose, compose_description, transcript
from aqa_eval.prompts.cues import CUES, Cue, captions
from aqa_eval.prompts.example_texts import Example
from aqa_eval.prompts.fitting import fits
from aqa_eval.prompts.interference import Interfered, corrupted, truncated
from aqa_eval.prompts.probe_texts import Mask, probe_texts
from aqa_eval.prompts.sheet import description_digest, digest
from aqa_eval.prompts.statements import asked_about, statement
from aqa_eval.prompts.strategy_texts import Strategy, strategies, strategy
from aqa_eval.prompts.task_texts import paraphrases

__all__ = [
    "CUES",
    "LETTERS",
    "WORDS",
    "Composed",
    "Cue",
    "Example",
    "Interfered",
    "Mask",
    "Strategy",
    "answer_key",
    "asked_about",
    "captions",
    "compose",
    "compose_description",
    "corrupted",
    "description_digest",
    "digest",
    "fits",
    "paraphrases",
    "probe_texts",
    "statement",
    "strategies",
    "strategy",
    "transcript",
    "truncated",
    "turned",
]
