"""Write a tiny, randomly initialised Qwen3-VL model folder: `python build_qwen3_vl.py FOLDER`.

Its weights know nothing. Everything else is the family's own: architecture, image processor (16 px
patches, merged two by two, so one token for 32 x 32 px), token markers, chat layout, file formats.
Runs in the servers' environment (`tests/servers/requirements.txt`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torchvision_python_part

_OPERATORS = torchvision_python_part.make_importable()

import tiny_model  # noqa: E402  torchvision is imported below
from tiny_tokenizer import train_tokenizer  # noqa: E402
from transformers import (  # noqa: E402
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

IMAGE, VIDEO = "<|image_pad|>", "<|video_pad|>"
VISION_START, VISION_END = "<|vision_start|>", "<|vision_end|>"


def configuration(tokenizer: PreTrainedTokenizerFast) -> Qwen3VLConfig:
    """Two layers of 64 features each for text and vision; the patch geometry is the real model's."""
    text = tiny_model.text_dimensions(tokenizer) | {
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 5_000_000.0,
            "mrope_section": [6, 5, 5],
            "mrope_interleaved": True,
        },
    }
    vision = {
        "depth": 2,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_heads": 4,
        "patch_size": 16,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "out_hidden_size": 64,
        "num_position_embeddings": 256,
        "deepstack_visual_indexes": [0, 1],
    }
    return Qwen3VLConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=tokenizer.convert_tokens_to_ids(IMAGE),
        video_token_id=tokenizer.convert_tokens_to_ids(VIDEO),
        vision_start_token_id=tokenizer.convert_tokens_to_ids(VISION_START),
        vision_end_token_id=tokenizer.convert_tokens_to_ids(VISION_END),
    )


def processor(tokenizer: PreTrainedTokenizerFast) -> Qwen3VLProcessor:
    """The released models' preprocessing; sizes are pixels of an image, and of all a video's frames."""
    shared = {
        "patch_size": 16,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    images = Qwen2VLImageProcessor(size={"shortest_edge": 65_536, "longest_edge": 16_777_216}, **shared)
    videos = Qwen3VLVideoProcessor(size={"shortest_edge": 4_096, "longest_edge": 25_165_824}, **shared)
    template = tiny_model.chat_template(
        f"{VISION_START}{IMAGE}{VISION_END}", f"{VISION_START}{VIDEO}{VISION_END}"
    )
    return Qwen3VLProcessor(
        image_processor=images, tokenizer=tokenizer, video_processor=videos, chat_template=template
    )


def build(folder: Path) -> None:
    """Write the model, tokenizer, processor and template to `folder`; the same bytes every time."""
    tokenizer = train_tokenizer((VISION_START, VISION_END, "<|vision_pad|>", IMAGE, VIDEO))
    # Qwen3-VL-Instruct's published sampling.
    sampling = tiny_model.generation(tokenizer, do_sample=True, temperature=0.7, top_p=0.8, top_k=20)
    tiny_model.save(
        Qwen3VLForConditionalGeneration, configuration(tokenizer), sampling, processor(tokenizer), folder
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
