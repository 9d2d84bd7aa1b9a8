"""True or False to a statement, in any of the ways in which it is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from aqa_eval.prompts import answer_key, asked_about
from aqa_eval.verdicts.announced import KEYS, LABELS, as_text, named
from aqa_eval.verdicts.doubt import (
    HEDGE,
    REPORTED,
    TAKEN_BACK,
    own_words,
    questions,
    sentences,
    unsaid,
    without_questions,
)
from aqa_eval.verdicts.records import Record
from aqa_eval.vocabulary import Condition, Item, Truth

_SAYS = {"true": True, "yes": True, "correct": True, "false": False, "no": False, "incorrect": False}
_WORD = "true|false|yes|no|correct|incorrect"
_LEADING = re.compile(
    rf"[\s*_`\"'(\[#>$-]*({_WORD})(?![^\W_])[\s*_`\"')\]$]*"
    r"(?:(?=[,;:!\n\u2014\u2013]|\.(?!\s?\d)|$)|(?<=\s)(?=-\s|\(|(?:because|since|as)\b))",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"[\s*_`\"'(\[#>$-]*(?:the statement\s*[\"']?\s*(?:[:=\u2014\u2013-]|is)?\s*[*_`\"'(]*)?"
    rf"({_WORD})[\s*_`\"')\].!$]*",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\b(it|this|that|(?:the|this) (?:given )?(?:statement|claim)|the answer)[\"']?\s+is\s[\s*_`\"'(]*"
    r"(true|false|correct|incorrect)[\s*_`\"').!$]*$",
    re.IGNORECASE,
)
_ECHO = re.compile(
    r"[(\[\"'<]{0,3}\b(?:true\s{0,3}(?:/|\||or|,)\s{0,3}false|yes\s{0,3}(?:/|\||or|,)\s{0,3}no)\b"
    r"[)\]\"'>]{0,3}\s{0,3}[?:]?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:that|because|since|as|and|so)\s+")
_DENIED = re.compile(
    r"(?:\b(?:not|never|hardly|scarcely|neither|nor|far from|anything but|cannot be)|n't)\s+(?:\w+\s+){0,2}?"
    r"[*_`\"']*(?:true|false|correct|incorrect|right|wrong)\b",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:it|this|that|the statement|the claim|the answer)(?:\s+is|'s)\s+(?:\w+ly )?[*_`\"']*"
    r"(?:(true|correct|right|accurate|valid)|(false|incorrect|wrong|untrue|inaccurate|invalid))\b",
    re.IGNORECASE,
)
_MARK = "(?:([\u2705\u2714\u2611\U0001f44d])|[\u274c\u2717\u2718\u2716\U0001f44e])\ufe0f?"
_CHECKED = re.compile(rf"^\s*{_MARK}(?=[\s*_`]*({_WORD})(?![^\W_]))", re.IGNORECASE)
_CHECKED_AFTER = re.compile(rf"(?<![^\W_])({_WORD})([*_`.!]*)\s*{_MARK}", re.IGNORECASE)
"""A mark of approval or disapproval beside a word, which it must agree with."""
_ON_TRUTH = re.compile(r"\b(?:true|correct|statement)\b", re.IGNORECASE)
_TURNED = re.compile(r"\b(?:false|incorrect|wrong|untrue|not|no|say|answer)\b|n't\b", re.IGNORECASE)


LONGEST = 1000
"""No sentence that says an answer is longer than so many characters."""


class TruthReader:
    """Reads the words that affirm or deny a statement: true, yes, correct; false, no, incorrect.

    They are read whichever key was asked for, since they can mean nothing else. What affirming means is
    taken from `answer_key`. To a statement that is itself a denial, "No, the knees do not cave in" may
    agree or disagree: yes and no are then read only where nothing is added to them.
    """

    missing = "single True or False"
    labels = LABELS

    def __init__(self, item: Item, condition: Condition) -> None:
        key = answer_key(item, replace(condition, answer_key="true-false"))
        self._means: Mapping[bool, Truth] = {True: key["True"], False: key["False"]}
        self._negated = condition.negated
        requirement, fault = item.criterion.requirement, item.criterion.fault
        asked, other = (fault, requirement) if condition.framing == "negative" else (requirement, fault)
        if condition.negated:
            asked, other = f"It is not true that {other}" if other.strip() else "", ""
        self._own = [_quotation(text) for text in (asked, asked_about(item, condition)) if text.strip()]
        self._other = other.strip(" .!").casefold()

    def text(self, text: str) -> set[Truth]:
        """What the first words or the last line say; nothing if they differ, or the text takes them back."""
        text = self._own_words_out(text)
        asked = questions(text)
        if any(_LEADING.match(q) or _TURNED.search(q) or not _ON_TRUTH.search(q) for q in asked):
            return set()  # yes and no, and true and false, may answer the text's own question
        plain = without_questions(text)
        opening = sentences(plain)[0] if plain else ""
        found = {
            said
            for said in (self._leading(plain), self._predicate(opening, plain), self._closing(plain))
            if said is not None
        }
        if TAKEN_BACK.search(plain) or any(_contradicted(said, plain) for said in found):
            return set()
        return {self._means[said] for said in found}

    def phrase(self, rest: str) -> set[Truth]:
        """What the words after a label say, in their own sentence."""
        sentence = re.split(r"(?<=[.;!?])\s", self._own_words_out(rest).strip(), maxsplit=1)[0]
        said = self._leading(sentence)
        if said is None:
            said = self._closing(sentence)
        doubtful = said is None or TAKEN_BACK.search(sentence) or _contradicted(said, sentence)
        return set() if doubtful or said is None else {self._means[said]}

    def alone(self, sentence: str) -> set[Truth]:
        """What a sentence says that is a word alone, or says that the statement is true."""
        plain = self._own_words_out(sentence).strip()
        said = self._stated(plain)
        if said is None:
            said = self._closing(plain)
        if said is None:
            said = self._leading(plain)
        if said is None:
            said = self._closing(plain.rsplit(": ", 1)[-1])
        return set() if said is None else {self._means[said]}

    def echo(self, text: str) -> bool:
        """Whether the text is "True or False" or the like."""
        return _ECHO.fullmatch(text.strip(" *_`.")) is not None

    def fits(self, aside: str) -> bool:
        """Nothing in parentheses disagrees with a statement."""
        return True

    def members(self, record: Record) -> list[str]:
        """What the object gives as its answer."""
        return [as_text(value) for value in named(record, KEYS)]

    def _own_words_out(self, text: str) -> str:
        """The text with the statement called "the statement", and without the prompt's choice of words."""
        for own in self._own:
            text = own.sub(" the statement ", text)
        text = _ECHO.sub(" ", text)
        text = _CHECKED.sub(
            lambda m: " " if bool(m.group(1)) is _SAYS[m.group(2).lower()] else m.group(), text
        )
        return _CHECKED_AFTER.sub(
            lambda m: m.group(1) + m.group(2) if bool(m.group(3)) is _SAYS[m.group(1).lower()] else m.group(),
            text,
        )

    def _stated(self, clause: str) -> bool | None:
        """What it means when the statement itself, or its opposite, is put forward."""
        bare = _BEFORE.sub("", clause.strip(" \t*_`\"'.!()").casefold())
        if bare == "the statement":
            return True
        return False if self._other and bare == self._other else None

    def _leading(self, text: str) -> bool | None:
        """The word that a text opens with, apart from what follows and without a hedge in its own clause."""
        match = _LEADING.match(text)
        if match is None:
            return None
        word = match.group(1).lower()
        clause = own_words(text[match.end() :])
        if (
            HEDGE.search(clause)
            or REPORTED.search(clause)
            or text[match.end() :][len(clause) :].startswith("?")
        ):
            return None
        added = text[match.end() :].strip(" \t\n*_`\"'.,!)")
        if self._negated and word in {"yes", "no"} and added:
            return None
        clauses = re.split(r"[.;:!?\n\u2014\u2013]|,\s|\s-\s", text[match.end() :])
        if any(self._stated(one) is (not _SAYS[word]) for one in clauses):
            return None  # "True, the squat is shallow." of a statement that it is deep
        return _SAYS[word]

    def _closing(self, text: str) -> bool | None:
        """A word alone on the last line, or a last sentence that says that it, or the statement, is true."""
        lines = text.splitlines()
        last = lines[-1] if lines else ""
        alone = _ALONE.fullmatch(last[: LONGEST + 1])
        if alone:
            return _SAYS[alone.group(1).lower()]
        return self._predicate(re.split(r"(?<=[.;!?])\s", last.strip())[-1], text)

    def _predicate(self, sentence: str, text: str) -> bool | None:
        """What a sentence says that ends by calling it, or the statement, true or false."""
        match = _PREDICATE.search(sentence[-LONGEST:])
        if match is None or unsaid(sentence[-LONGEST:][: match.start()]):
            return None
        pronoun = match.group(1).lower() in {"it", "this", "that"}
        if pronoun and self._other and self._other in text.casefold():
            return None  # "The squat is shallow, and this is true." speaks of the opposite statement
        return _SAYS[match.group(2).lower()]


def _quotation(statement: str) -> re.Pattern[str]:
    """The statement as it is quoted: in quotation marks or not, with or without "the statement that"."""
    words = r"\s+".join(map(re.escape, statement.strip(" .!").split()))
    return re.compile(
        rf"(?:the (?:statement|claim)(?: that)?[\s:]*)?[\"']?(?<![^\W_]){words}(?![^\W_])\.?[\"']?",
        re.IGNORECASE,
    )


def _contradicted(said: bool, text: str) -> bool:
    """Whether a text that says one thing speaks of the other as well, or denies a word of truth."""
    if _DENIED.search(text):
        return True
    if re.search(r"\bfalse\b" if said else r"\btrue\b", text, re.IGNORECASE):
        return True
    if any(bool(judged.group(1)) is not said for judged in _JUDGED.finditer(text)):
        return True
    clauses = (
        clause.strip(" \t*_`\"'()").lower() for clause in re.split(r"[.,;:!\n\u2014\u2013]|\s-\s", text)
    )
    return any(clause in _SAYS and _SAYS[clause] is not said for clause in clauses)
