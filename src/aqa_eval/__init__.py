"""aqa-eval: can this vision-language model be trusted to judge how well a person moves?"""

__version__ = "0.1.0"
