"""What the tiny model folders of all families share: a text model, a way of ending answers, a chat layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tiny_tokenizer import END_OF_TEXT, TURN_END
from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerFast, ProcessorMixin

# The ChatML layout of both families; `enable_thinking` opens the trace, as the thinking editions always do.
_CHAT_TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}
{%- for part in message.content -%}
{%- if part.type == 'image' %}{{ '@IMAGE@' }}
{%- elif part.type == 'video' %}{{ '@VIDEO@' }}
{%- else %}{{ part.text }}{% endif -%}
{%- endfor -%}
{%- endif -%}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking %}<think>
{% endif %}
{%- endif -%}
"""


def chat_template(image: str, video: str) -> str:
    """The chat template of a family that marks the place of a picture and of a video with these texts."""
    marks = {"@IMAGE@": image, "@VIDEO@": video}
    template = _CHAT_TEMPLATE
    for place, mark in marks.items():
        template = template.replace(place, mark.replace("\n", "\\n"))
    return template


def text_dimensions(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Two layers of 64 features, in the terms of Qwen3, which is the text model of both families."""
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": False,
    }


def generation(tokenizer: PreTrainedTokenizerFast, **sampling: Any) -> GenerationConfig:
    """The family's published sampling, and answers that end by themselves.

    Random weights hardly ever say the end-of-turn token, and every answer would be cut off. From the
    sixth token on the token grows likelier until it comes, as after a trained model's short answer.
    """
    ends = [tokenizer.convert_tokens_to_ids(token) for token in (TURN_END, END_OF_TEXT)]
    return GenerationConfig(
        eos_token_id=ends, pad_token_id=ends[1], exponential_decay_length_penalty=(6, 3.0), **sampling
    )


def save(
    model: type[PreTrainedModel],
    configuration: Any,
    generation_config: GenerationConfig,
    processor: ProcessorMixin,
    folder: Path,
) -> None:
    """Give the model random weights, the same every time, and write the whole folder."""
    torch.manual_seed(0)
    initialised = model(configuration).eval()
    initialised.generation_config = generation_config
    initialised.save_pretrained(folder)
    processor.save_pretrained(folder)
