"""How long asking takes, from seconds a request, how many at once, and how many a minute."""

from __future__ import annotations

from aqa_eval.pricing.workload import Assumed
from aqa_eval.vocabulary import Judge

FIRST_TOKEN = 0.8
TOKENS_PER_SECOND = 34.0
"""Assumed of any endpoint: seconds to the first token, and tokens a second after it. The middle latency and
the lowest throughput of three hosts of Qwen3-VL-235B-A22B-Instruct (0.4, 0.8 and 1.0 s; 34, 59 and 69 tokens
a second; vercel.com/ai-gateway/models/qwen3-vl-instruct/providers). Pictures are not in it.
"""


def hours(judge: Judge, requests: int, answer_tokens: float, assumed: Assumed) -> tuple[float, str]:
    """Hours that so many requests take, and what they are worked out from.

    `answer_tokens`: of all answers together. A limit of requests a minute is kept to.
    """
    if assumed.seconds is not None:
        busy = requests * assumed.seconds
        source = f"{assumed.seconds:.1f} s a request, {'as measured' if assumed.measured else 'as stated'}"
    else:
        busy = requests * FIRST_TOKEN + answer_tokens / TOKENS_PER_SECOND
        source = f"{FIRST_TOKEN} s and {TOKENS_PER_SECOND:.0f} tokens a second for each request, assumed"
    taken = busy / judge.concurrency / 3600
    if judge.requests_per_minute is not None and requests:
        allowed = requests / judge.requests_per_minute / 60
        if allowed > taken:
            return allowed, f"{judge.requests_per_minute:g} requests a minute"
    return taken, f"{source}, {judge.concurrency} at once"
