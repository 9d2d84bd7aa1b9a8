"""Which reader reads the answers to an item, and which words it may meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aqa_eval.prompts import LETTERS, answer_key
from aqa_eval.verdicts.announced import LABELS, Reader
from aqa_eval.verdicts.choices import ChoiceReader
from aqa_eval.verdicts.records import Record
from aqa_eval.verdicts.scores import ScoreReader
from aqa_eval.verdicts.spans import SpanReader
from aqa_eval.verdicts.truths import TruthReader
from aqa_eval.vocabulary import TIE, Condition, Item, Task, Truth

_AFFIRM, _DENY = ("True", "Yes", "Correct"), ("False", "No", "Incorrect")
_TIES = ("tie", "a tie", "draw", "a draw", "equal", "equally good", "both are equally good", "no difference")


@dataclass(frozen=True, slots=True)
class Question:
    """How an item's answers are read. `words`: every word that may be said -> its meaning, for the
    confidence by tokens; empty where numbers are said.
    """

    reader: Reader
    words: Mapping[str, Truth] = field(default_factory=dict)


def question(item: Item, condition: Condition) -> Question:
    """The reader for an item as it was asked.

    Raises:
        ValueError: a criterion with fewer than 2 or more than 26 options, or a score without a scale.
    """
    match item.task:
        case Task.SCORE:
            if item.criterion.scale is None:
                raise ValueError(f"criterion '{item.criterion.id}' has no scale, so no score can be read")
            return Question(ScoreReader(item.criterion.scale))
        case Task.LOCATE:
            return Question(SpanReader(item, condition))
        case Task.VERIFY:
            return _statement(item, condition)
    key = answer_key(item, condition)
    if item.task is Task.COMPARE:
        named = _pair_words(key, condition)
        return Question(ChoiceReader(key, named), {**named, **key})
    lettered = {word: key[word] for word in key if word in LETTERS and condition.answer_format != "words"}
    texts: dict[str, Truth] = {option: option for option in item.criterion.options}
    return Question(ChoiceReader(lettered, texts), {**texts, **key})


def _statement(item: Item, condition: Condition) -> Question:
    """True or False; by letters under the key a-b; one of two statements under the neutral framing."""
    key = answer_key(item, condition)
    if condition.framing == "neutral":
        texts: dict[str, Truth] = {item.criterion.fault: True, item.criterion.requirement: False}
        return Question(ChoiceReader(key, texts), key)
    truths = TruthReader(item, condition)
    plain = answer_key(item, replace(condition, answer_key="true-false"))
    words = dict.fromkeys(_AFFIRM, plain["True"]) | dict.fromkeys(_DENY, plain["False"])
    if condition.answer_key == "a-b":
        told = {f"the statement is {word.lower()}": meaning for word, meaning in words.items()}
        return Question(_LetterOrTruth(ChoiceReader(key, {**words, **told}), truths), {**key, **words})
    return Question(truths, words)


def _pair_words(key: Mapping[str, Truth], condition: Condition) -> dict[str, Truth]:
    """What two performances are called beside their letters: the first and the second, as they are shown,
    unless the first is called B; and a draw, where one may be declared.
    """
    ties: dict[str, Truth] = dict.fromkeys(_TIES, TIE) if condition.ties else {}
    if condition.permuted:
        return ties
    shown = list(key.values())[:2]
    return ties | {
        f"{article}{place}{noun}": meaning
        for place, meaning in zip(("first", "second"), shown, strict=True)
        for article in ("", "the ")
        for noun in ("", " one", " video", " clip", " performance", " image")
    }


@dataclass(frozen=True, slots=True)
class _LetterOrTruth:
    """Reads a letter that stands for true or false; and the words themselves where no letter leads, since
    what they say of the statement does not hang on the letters.
    """

    letters: ChoiceReader
    truths: TruthReader
    missing: str = "single letter"
    labels: str = LABELS

    def text(self, text: str) -> set[Truth]:
        return self.letters.text(text) if self.letters.led(text) else self._both("text", text)

    def phrase(self, rest: str) -> set[Truth]:
        return self.letters.phrase(rest) if self.letters.led(rest) else self._both("phrase", rest)

    def alone(self, sentence: str) -> set[Truth]:
        return self.letters.alone(sentence) if self.letters.led(sentence) else self._both("alone", sentence)

    def echo(self, text: str) -> bool:
        return self.letters.echo(text) or self.truths.echo(text)

    def fits(self, aside: str) -> bool:
        return True

    def members(self, record: Record) -> list[str]:
        return self.truths.members(record)

    def _both(self, how: str, text: str) -> set[Truth]:
        """What either of the two reads; two values where they differ."""
        lettered: set[Truth] = getattr(self.letters, how)(text)
        said: set[Truth] = getattr(self.truths, how)(text)
        return lettered | said | (self.letters.mentioned(text) if said else set())
