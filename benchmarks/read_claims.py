"""How many texts a second are read into claims, by one core, when no sentence was met before.

python benchmarks/read_claims.py --texts 500
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

from aqa_eval.traces import claims

SENTENCES = Path(__file__).parent.parent / "tests" / "traces" / "development.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--sentences", type=int, default=15)
    options = parser.parse_args()
    known = [json.loads(line)["text"] for line in SENTENCES.read_text("utf-8").splitlines()]
    draw = random.Random(1)
    texts = [
        # A number that no other sentence has: the memory of sentences helps nowhere.
        " ".join(f"{draw.choice(known).rstrip('.')} ({n}.{place})." for place in range(options.sentences))
        for n in range(options.texts)
    ]
    start = time.process_time()
    found = sum(len(claims(text)) for text in texts)
    seconds = time.process_time() - start
    size = sum(map(len, texts)) / len(texts)
    print(
        f"{len(texts)} texts of {size:.0f} characters on average, {found} claims: "
        f"{len(texts) / seconds:.0f} texts a second of processor time, 100,000 in "
        f"{seconds / len(texts) * 1e5 / 60:.1f} minutes"
    )


if __name__ == "__main__":
    main()
