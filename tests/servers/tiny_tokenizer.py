"""A real byte-level BPE tokenizer, trained on the spot: what every tiny model folder starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pydoc_data.topics import topics

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AddedToken, PreTrainedTokenizerFast

END_OF_TEXT = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
THINKING = ("<think>", "</think>")


def train_tokenizer(
    markers: Sequence[str], named: Mapping[str, str] | None = None, vocabulary: int = 2000
) -> PreTrainedTokenizerFast:
    """Train on the Python manual, which every interpreter carries, and add the chat and model markers.

    `markers` are the model family's own special tokens; `named` gives those of them that its processor
    reads as attributes of the tokenizer. The thinking tags are added as ordinary tokens,
    as the Qwen and InternVL tokenizers have them, so that they survive decoding.
    """
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    bpe.train_from_iterator(topics.values(), trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        model_max_length=32768,
        extra_special_tokens=dict(named or {}),
    )
    special = (END_OF_TEXT, TURN_START, TURN_END, *markers)
    tokenizer.add_tokens([AddedToken(token, special=True) for token in special])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in THINKING])
    return tokenizer
