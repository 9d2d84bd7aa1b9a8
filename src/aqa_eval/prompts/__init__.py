"""What is said to a judge: texts as data, one file a strategy and task, and how they are filled in."""

from aqa_eval.prompts.answers import LETTERS, WORDS, answer_key, turned
from aqa_eval.prompts.texts import PromptText, digest, prompt_text, strategies
from aqa_eval.prompts.wording import asked_about, compose, statement, transcript

__all__ = [
    "LETTERS",
    "WORDS",
    "PromptText",
    "answer_key",
    "asked_about",
    "compose",
    "digest",
    "prompt_text",
    "statement",
    "strategies",
    "transcript",
    "turned",
]
