"""Write a tiny, randomly initialised InternVL model folder: `python build_internvl.py FOLDER`.

Its weights know nothing. Everything else is the family's own, as in InternVL3.5: tiles of 448 px, 1 to 12
of them and a thumbnail by the picture's shape, 14 px patches, merged two by two, so 256 tokens a tile;
token markers, chat layout, file formats. Runs in the servers' environment (`tests/servers/requirements.txt`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torchvision_python_part

_OPERATORS = torchvision_python_part.make_importable()

import tiny_model  # noqa: E402  torchvision is imported below
from tiny_tokenizer import train_tokenizer  # noqa: E402
from transformers import (  # noqa: E402
    GotOcr2ImageProcessor,
    InternVLConfig,
    InternVLForConditionalGeneration,
    InternVLProcessor,
    InternVLVideoProcessor,
    InternVLVisionConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)

TILE, PATCH, DOWNSAMPLE = 448, 14, 0.5
TOKENS_A_TILE = int((TILE // PATCH * DOWNSAMPLE) ** 2)
MARKERS = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}
"""The family's own markers, by the names under which its processor asks the tokenizer for them."""


def configuration(tokenizer: PreTrainedTokenizerFast) -> InternVLConfig:
    """Two layers of 64 features each for text and vision; the tile geometry is the real model's."""
    vision = InternVLVisionConfig(
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        image_size=[TILE, TILE],
        patch_size=[PATCH, PATCH],
    )
    return InternVLConfig(
        text_config=Qwen3Config(**tiny_model.text_dimensions(tokenizer)),
        vision_config=vision,
        image_token_id=tokenizer.convert_tokens_to_ids(MARKERS["context_image_token"]),
        image_seq_length=TOKENS_A_TILE,
        downsample_ratio=DOWNSAMPLE,
        tie_word_embeddings=False,
    )


def processor(tokenizer: PreTrainedTokenizerFast) -> InternVLProcessor:
    """The released models' preprocessing: 1 to 12 tiles a picture, one a video frame, ImageNet's colours."""
    scale = {
        "size": {"height": TILE, "width": TILE},
        "image_mean": [0.485, 0.456, 0.406],
        "image_std": [0.229, 0.224, 0.225],
    }
    return InternVLProcessor(
        image_processor=GotOcr2ImageProcessor(crop_to_patches=True, min_patches=1, max_patches=12, **scale),
        tokenizer=tokenizer,
        video_processor=InternVLVideoProcessor(**scale),
        image_seq_length=TOKENS_A_TILE,
        chat_template=tiny_model.chat_template(
            f"{MARKERS['context_image_token']}\n", f"{MARKERS['video_token']}\n"
        ),
    )


def build(folder: Path) -> None:
    """Write the model, tokenizer, processor and template to `folder`; the same bytes every time."""
    tokenizer = train_tokenizer(tuple(MARKERS.values()), MARKERS)
    # InternVL3.5's published sampling in thinking mode.
    sampling = tiny_model.generation(tokenizer, do_sample=True, temperature=0.6, top_p=0.95)
    tiny_model.save(
        InternVLForConditionalGeneration, configuration(tokenizer), sampling, processor(tokenizer), folder
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
