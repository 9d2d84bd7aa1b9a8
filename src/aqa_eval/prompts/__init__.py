"""What is said to a judge: texts as data, one file a strategy and task, and how they are filled in."""

from aqa_eval.prompts.texts import PromptText, prompt_text, strategies
from aqa_eval.prompts.wording import compose, statement, transcript

__all__ = ["PromptText", "compose", "prompt_text", "statement", "strategies", "transcript"]
