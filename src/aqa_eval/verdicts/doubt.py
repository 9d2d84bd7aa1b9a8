"""Words that turn a plain answer into none: hedges, conditions, denials, corrections, and talk of others."""

from __future__ import annotations

import re

HEDGE = re.compile(
    r"\b(?:probably|perhaps|maybe|possibly|likely|unlikely|partly|partially|mostly|mainly|somewhat|almost"
    r"|nearly|half|roughly|approximately|about|around|might|may|could|would|should|seems?|appears?|guess"
    r"|suppose|unsure|uncertain|unless|if|but|except|only|although|though|however|depend(?:s|ing)?|sort of"
    r"|kind of|more or less|extent|in part|most part|at least|at most|sometimes|or|not sure|ish)\b",
    re.IGNORECASE,
)
"""What leaves an answer half said; looked for in the words of the answer itself, not in its explanation."""

TAKEN_BACK = re.compile(
    r"(?:^|[^\w\s]\s{0,9}|\n\s{0,9}|\bbut\s+)(?:edit|actually|wait|hmm+|no wait|oops|or rather|rather"
    r"|in fact no)\b"
    r"|(?:^|[^\w\s])\s{0,9}(?:not\b[.!]{0,3}\s{0,9}(?:\n|$)|(?:also|or|maybe|perhaps)\s+[b-z](?![\w']))"
    r"|\b(?:correction|on second thoughts?|on reflection|scratch that|strike that|never ?mind|just kidding"
    r"|I (?:take (?:it|that) back|was wrong|meant)|my mistake|let me correct|not really|disregard|as if"
    r"|yeah,? right|not sure|unsure|I guess|wait,? no)\b",
    re.IGNORECASE,
)
"""What comes after an answer that is not kept to."""

REPORTED = re.compile(r"\b(?:says?|said|reads?|claims?|is what)\b", re.IGNORECASE)
"""What, after a word, makes it a quotation."""
_OF_OTHERS = re.compile(
    r"\b(?:if|whether|unless|suppose|assuming|assume|system|user|human|sign|banner|caption|overlay|reads?"
    r"|says?|said|written|states|stated|claims?|claimed|board|scoreboard|graphic|commentators?|judges?|told|asks?|asked|question)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:neither|nor|not|no|none|nothing|never|nobody|hardly|when|would|could|might|may|wrong|incorrect|false"
    r"|seems?|appears?|probably|perhaps|maybe|possibly|doubt\w*|den(?:y|ies|ied)|unclear|unlikely|reject\w*"
    r"|refute\w*|disagree\w*|disput\w*|contrary|opposite|negation|reverse|inverse|little|some|part|half|only"
    r"|most|much|far from|guess)\b|n't\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(r",\s|\b(?:so|therefore|thus|hence)\b", re.IGNORECASE)


def unsaid(before: str) -> bool:
    """Whether what stands ahead of an answer in its sentence makes it a condition, somebody else's words,
    or, in its own clause, a denial or a guess.
    """
    clause = _CONCLUDES.split(before)[-1]
    if re.match(r"\s*(?:that|which|to)\b", clause, re.IGNORECASE):
        clause = before
    return _OF_OTHERS.search(before) is not None or _DENIAL.search(clause) is not None


_EXPLAINED = re.compile(
    r"\b(?:because|since|as|given|due)\b|[:\n\u2014\u2013]|\s-\s|\.(?=\s|$)|[;!?]", re.IGNORECASE
)


def own_words(text: str) -> str:
    """The beginning of a text up to where it begins to explain itself, or its first sentence ends."""
    explained = _EXPLAINED.search(text)
    return text[: explained.start()] if explained else text


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with the mark that ends it. A decimal point ends none."""
    return [s.strip() for s in re.split(r"(?<=[.!?;])(?=\s)|\n", text) if s.strip()]


_PIECE = re.compile(r"[^.!?\n]++[.!?\n]?|[.!?\n]")


def questions(text: str) -> list[str]:
    """The questions in a text."""
    return [piece for piece in _PIECE.findall(text) if piece.endswith("?")]


def without_questions(text: str) -> str:
    """A text without its questions."""
    pieces = _PIECE.findall(text)
    return "".join(piece for piece in pieces if not piece.endswith("?")).strip()


def ahead(text: str, place: int) -> str:
    """What stands before a place in its own sentence."""
    window = text[max(0, place - 300) : place]
    return re.split(r"[.!?;](?=\s)|\n", window)[-1]


def quoted(text: str, place: int) -> bool:
    """Whether a place lies within quotation marks on its line."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line.count('"') % 2 == 1
