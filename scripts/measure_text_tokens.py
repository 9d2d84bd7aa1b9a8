"""Measure how many characters of words make a token of Qwen's tokenizer, over the project's own texts.

    python scripts/measure_text_tokens.py qwen.tiktoken

`qwen.tiktoken` is Qwen's byte-pair vocabulary, the one that Qwen2, Qwen3 and their vision models use; the
package `dashscope` carries it (dashscope/resources/qwen.tiktoken). Needs `tiktoken`, which nothing else
here does. Texts: every prompt of the library with its placeholders filled in, and every criterion.
"""

from __future__ import annotations

import base64
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Template

import tiktoken

from aqa_eval.judges.families import text_length

SOURCE = Path(__file__).parents[1] / "src" / "aqa_eval"
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen splits a text before the merges (`Qwen2Tokenizer` of transformers)."""
FILLED = {
    "action": "barbell squat",
    "count": "16",
    "number": "3",
    "time": "1.42",
    "label": "A",
    "letters": "A or B",
    "minimum": "0",
    "maximum": "10",
    "unit": "points",
}


def encoding(vocabulary: Path) -> tiktoken.Encoding:
    """The tokenizer of a vocabulary file: a base64 token and its rank a line."""
    lines = (line.split() for line in vocabulary.read_bytes().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    return tiktoken.Encoding("qwen", pat_str=PIECES, mergeable_ranks=ranks, special_tokens={})


def strings(value: object) -> Iterator[str]:
    """Every text in what a TOML file holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def texts(folder: str) -> list[str]:
    """The texts of a folder's TOML files, placeholders filled in; names and other short strings left out."""
    found = []
    for file in sorted((SOURCE / folder).rglob("*.toml")):
        for text in strings(tomllib.loads(file.read_text("utf-8"))):
            filled = Template(text.strip()).safe_substitute(FILLED)
            if " " in filled:
                found.append(filled)
    return found


def main(vocabulary: Path) -> None:
    """Print the figure and how far estimates with it are off, for each kind of text."""
    encode = encoding(vocabulary).encode
    kinds = {"prompts": texts("prompts/library"), "criteria": texts("datasets/criteria")}
    everything = [text for kind in kinds.values() for text in kind]
    length = text_length(*everything)
    counted = sum(len(encode(text)) for text in everything)
    ratio = length.words / (counted - length.signs)
    print(f"{len(everything)} texts, {sum(map(len, everything)):,} characters, {counted:,} tokens")
    print(f"characters of words to a token: {ratio:.2f}")
    labels = [f"Frame {n}, {n * 0.48:.2f} s:" for n in range(1, 33)]
    for name, kind in {**kinds, "32 frame labels": labels}.items():
        real = sum(len(encode(text)) for text in kind)
        estimated = text_length(*kind).tokens(ratio)
        print(f"{name}: {real:,} counted, {estimated:,.0f} estimated ({estimated / real - 1:+.1%})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
