"""`python -m aqa_eval` is the command `aqa-eval`."""

from aqa_eval.cli import main

main()
