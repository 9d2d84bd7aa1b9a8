"""Count what the families' real processors make of given requests: `count_processor.py CASES`.

CASES is a JSON file: a list of objects with `family` (qwen3-vl or internvl3.5), `transport` (images or
video), `frames`, `width`, `height`, `seconds`, `text` (before all) and `label` (before each picture,
with `{number}` and `{time}` to be filled in).
Printed is a list of objects: `visual` (ids that stand for what is seen), `total` (all ids of the prompt).
With `pixels` a video's limits of Qwen3-VL differ from the released ones: (fewest, most, capped a frame).

Nothing is estimated here: pictures are patched and tiled, texts are tokenized, ids are counted. Runs in the
servers' environment.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torchvision_python_part

_OPERATORS = torchvision_python_part.make_importable()

from tiny_tokenizer import train_tokenizer  # noqa: E402  torchvision first
from transformers import (  # noqa: E402
    GotOcr2ImageProcessor,
    InternVLProcessor,
    InternVLVideoProcessor,
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)
from transformers.video_utils import VideoMetadata  # noqa: E402

QWEN_IMAGE, QWEN_VIDEO = "<|image_pad|>", "<|video_pad|>"
VISION_START, VISION_END = "<|vision_start|>", "<|vision_end|>"
CONTEXT = "<IMG_CONTEXT>"
RELEASED = (4_096, 25_165_824, False)
"""Limits of a video in the released Qwen3-VL models' video_preprocessor_config.json."""
TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% for part in message.content -%}
{%- if part.type == 'image' %}PICTURE
{%- elif part.type == 'video' %}FRAMES
{%- else %}{{ part.text }}{% endif -%}
{%- endfor -%}<|im_end|>
{% endfor -%}
<|im_start|>assistant
"""
"""The layout that both families' chats have."""
QWEN_TEMPLATE = TEMPLATE.replace("PICTURE", f"{VISION_START}{QWEN_IMAGE}{VISION_END}").replace(
    "FRAMES", f"{VISION_START}{QWEN_VIDEO}{VISION_END}"
)
LINE_BREAK = '{{ "\\n" }}'
INTERNVL_TEMPLATE = TEMPLATE.replace("PICTURE", CONTEXT + LINE_BREAK).replace(
    "FRAMES", "<video>" + LINE_BREAK
)


def qwen3_vl(tokenizer: PreTrainedTokenizerFast, pixels: tuple[int, int, bool]) -> Qwen3VLProcessor:
    """The released models' preprocessing of pictures, and of videos within `pixels`."""
    images = Qwen2VLImageProcessor(
        patch_size=16,
        temporal_patch_size=2,
        merge_size=2,
        size={"shortest_edge": 65_536, "longest_edge": 16_777_216},
    )
    fewest, most, capped = pixels
    videos = Qwen3VLVideoProcessor(
        size={"shortest_edge": fewest, "longest_edge": most}, cap_pixels_per_frame=capped
    )
    return Qwen3VLProcessor(
        image_processor=images, tokenizer=tokenizer, video_processor=videos, chat_template=QWEN_TEMPLATE
    )


def internvl(tokenizer: PreTrainedTokenizerFast) -> InternVLProcessor:
    """The released models' preprocessing: tiles of 448 px, 256 tokens each, at most 12 and a thumbnail."""
    tile = {"height": 448, "width": 448}
    images = GotOcr2ImageProcessor(size=tile, crop_to_patches=True, min_patches=1, max_patches=12)
    return InternVLProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        video_processor=InternVLVideoProcessor(size=tile),
        image_seq_length=256,
        chat_template=INTERNVL_TEMPLATE,
    )


def tokenizers() -> dict[str, PreTrainedTokenizerFast]:
    """A tokenizer with the markers of each family."""
    of_internvl = train_tokenizer(("<img>", "</img>", CONTEXT, "<video>"))
    of_internvl.start_image_token, of_internvl.end_image_token = "<img>", "</img>"
    of_internvl.context_image_token, of_internvl.video_token = CONTEXT, "<video>"
    for name in ("start_image_token", "end_image_token", "context_image_token"):
        token = getattr(of_internvl, name)
        setattr(of_internvl, f"{name}_id", of_internvl.convert_tokens_to_ids(token))
    of_qwen = train_tokenizer((VISION_START, VISION_END, "<|vision_pad|>", QWEN_IMAGE, QWEN_VIDEO))
    return {"qwen3-vl": of_qwen, "internvl3.5": of_internvl}


def count(processor: Any, case: dict[str, Any]) -> dict[str, int]:
    """The ids of one request."""
    frames, size = case["frames"], (case["height"], case["width"])
    content: list[dict[str, Any]] = [{"type": "text", "text": case["text"]}]
    given: dict[str, Any] = {}
    if case["transport"] == "video":
        content.append({"type": "video"})
        given["videos"] = [np.zeros((frames, 3, *size), dtype=np.uint8)]
        given["video_metadata"] = [
            VideoMetadata(
                total_num_frames=frames, fps=frames / case["seconds"], frames_indices=list(range(frames))
            )
        ]
        given["do_sample_frames"] = False
    else:
        for number in range(1, frames + 1):
            label = case["label"].format(number=number, time=(number - 0.5) * case["seconds"] / frames)
            content += [{"type": "text", "text": label}, {"type": "image"}]
        given["images"] = [np.zeros((*size, 3), dtype=np.uint8) for _ in range(frames)]
    chat = [{"role": "user", "content": content}]
    text = processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    ids = processor(text=[text], **given)["input_ids"][0]
    ids = [int(one) for one in ids]
    seen = {processor.tokenizer.convert_tokens_to_ids(token) for token in (QWEN_IMAGE, QWEN_VIDEO, CONTEXT)}
    return {"visual": sum(one in seen for one in ids), "total": len(ids)}


def main(cases: Path) -> None:
    """Print the counts of all cases."""
    named = tokenizers()
    results = []
    for case in json.loads(cases.read_text()):
        tokenizer = named[case["family"]]
        if case["family"] == "qwen3-vl":
            processor: Any = qwen3_vl(tokenizer, tuple(case.get("pixels", RELEASED)))
        else:
            processor = internvl(tokenizer)
        results.append(count(processor, case))
        gc.collect()
    texts = {case["text"] for case in json.loads(cases.read_text())}
    lengths = {text: len(named["qwen3-vl"](text)["input_ids"]) for text in sorted(texts)}
    print(json.dumps({"counts": results, "texts": lengths}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
