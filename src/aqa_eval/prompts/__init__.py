"""What is said to a judge: texts as data, one file a strategy and task, and how they are filled in."""

from aqa_eval.prompts.texts import PromptText, digest, prompt_text, strategies
from aqa_eval.prompts.wording import LETTERS, asked_about, compose, statement, transcript

__all__ = [
    "LETTERS",
    "PromptText",
    "asked_about",
    "compose",
    "digest",
    "prompt_text",
    "statement",
    "strategies",
    "transcript",
]
