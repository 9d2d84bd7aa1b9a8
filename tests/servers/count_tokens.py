"""Count the prompt tokens of recorded chats, apart from any server: `count_tokens.py MODEL CHATS`.

CHATS holds one chat (the `messages` of a request) as JSON a line; one count a line is printed. Only the
model folder's processor is shared with the server: the chat becomes text here, its pictures are decoded
and patched here, each once, and the places they take are filled in here. Runs in the servers' environment.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torchvision_python_part
from PIL import Image

_OPERATORS = torchvision_python_part.make_importable()

from transformers import AutoProcessor  # noqa: E402  torchvision first


def addresses(messages: list[dict[str, Any]]) -> list[str]:
    """The chat's pictures as data URLs, in the order they were sent."""
    lists = [message["content"] for message in messages if isinstance(message["content"], list)]
    return [part["image_url"]["url"] for parts in lists for part in parts if part["type"] == "image_url"]


def placeholders(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A message's content with `image` in place of every picture, as chat templates expect it."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [{"type": "image"} if part["type"] == "image_url" else part for part in content]


def picture_counter(processor: Any) -> Callable[[str], int]:
    """A function from a picture's data URL to the tokens it takes: its patches, `merge_size`² to a token."""

    @functools.cache
    def tokens(url: str) -> int:
        picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")
        patches = processor.image_processor(images=[picture])["pixel_values"].shape[0]
        return int(patches) // processor.image_processor.merge_size**2

    return tokens


def count(processor: Any, picture_tokens: Callable[[str], int], messages: list[dict[str, Any]]) -> int:
    """How many input ids the model is given for the chat."""
    chat = [{"role": message["role"], "content": placeholders(message["content"])} for message in messages]
    text = processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    first, *others = text.split(processor.image_token)
    urls = addresses(messages)
    if len(urls) != len(others):
        raise ValueError(f"the template made room for {len(others)} pictures, the chat has {len(urls)}")
    filled = [
        processor.image_token * picture_tokens(url) + rest for url, rest in zip(urls, others, strict=True)
    ]
    return len(processor.tokenizer(first + "".join(filled))["input_ids"])


def main(folder: Path, chats: Path) -> None:
    """Print one count a chat."""
    processor = AutoProcessor.from_pretrained(folder)
    picture_tokens = picture_counter(processor)
    with chats.open(encoding="utf-8") as lines:
        for line in lines:
            print(count(processor, picture_tokens, json.loads(line)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
