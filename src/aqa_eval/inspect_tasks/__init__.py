"""Our items as Inspect AI tasks (the optional extra `aqa-eval[inspect]`).

`inspect eval aqa_eval/judging -T study=study.toml --model google/gemini-3.1-pro-preview` asks everything a
study asks, of a model that Inspect opens, and keeps it in Inspect's log. Imports Inspect AI: nothing of ours
imports this package but Inspect's own entry point.
"""

from aqa_eval.inspect_tasks.scoring import distance, judgement
from aqa_eval.inspect_tasks.tasks import judging

__all__ = ["distance", "judgement", "judging"]
