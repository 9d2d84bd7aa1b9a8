"""Write a tiny, randomly initialised Qwen3-VL model folder: `python build_qwen3_vl.py FOLDER`.

Its weights know nothing. Everything else is the family's own: architecture, image processor (16 px
patches, merged two by two, so one token for 32 x 32 px), token markers, chat layout, file formats.
Runs in the servers' environment (`tests/servers/requirements.txt`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import torchvision_python_part

_OPERATORS = torchvision_python_part.make_importable()

from tiny_tokenizer import END_OF_TEXT, TURN_END, train_tokenizer  # noqa: E402  torchvision is imported below
from transformers import (  # noqa: E402
    GenerationConfig,
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

IMAGE, VIDEO = "<|image_pad|>", "<|video_pad|>"
VISION_START, VISION_END = "<|vision_start|>", "<|vision_end|>"

# The layout of Qwen3-VL-Instruct's own template, without its tool calls.
CHAT_TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}
{%- for part in message.content -%}
{%- if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>
{%- elif part.type == 'video' %}<|vision_start|><|video_pad|><|vision_end|>
{%- else %}{{ part.text }}{% endif -%}
{%- endfor -%}
{%- endif -%}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif -%}
"""


def configuration(tokenizer: PreTrainedTokenizerFast) -> Qwen3VLConfig:
    """Two layers of 64 features each for text and vision; the patch geometry is the real model's."""
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": False,
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


def generation(tokenizer: PreTrainedTokenizerFast) -> GenerationConfig:
    """Qwen3-VL-Instruct's published sampling, and answers that end by themselves.

    Random weights hardly ever say the end-of-turn token, and every answer would be cut off. From the
    sixth token on the token grows likelier until it comes, as after a trained model's short answer.
    """
    ends = [tokenizer.convert_tokens_to_ids(token) for token in (TURN_END, END_OF_TEXT)]
    return GenerationConfig(
        do_sample=True,
        temperature=0.7,
        top_p=0.8,
        top_k=20,
        eos_token_id=ends,
        pad_token_id=ends[1],
        exponential_decay_length_penalty=(6, 3.0),
    )


def processor(tokenizer: PreTrainedTokenizerFast) -> Qwen3VLProcessor:
    """The released models' preprocessing: 65,536 to 16,777,216 px an image, 0.5 mean and deviation."""
    images = Qwen2VLImageProcessor(
        patch_size=16,
        temporal_patch_size=2,
        merge_size=2,
        size={"shortest_edge": 65_536, "longest_edge": 16_777_216},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )
    videos = Qwen3VLVideoProcessor(cap_pixels_per_frame=True)
    return Qwen3VLProcessor(
        image_processor=images, tokenizer=tokenizer, video_processor=videos, chat_template=CHAT_TEMPLATE
    )


def build(folder: Path) -> None:
    """Write the model, tokenizer, processor and template to `folder`; the same bytes every time."""
    tokenizer = train_tokenizer((VISION_START, VISION_END, "<|vision_pad|>", IMAGE, VIDEO))
    torch.manual_seed(0)
    model = Qwen3VLForConditionalGeneration(configuration(tokenizer)).eval()
    model.generation_config = generation(tokenizer)
    model.save_pretrained(folder)
    processor(tokenizer).save_pretrained(folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
