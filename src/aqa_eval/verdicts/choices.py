"""One of several answers that go by letters: options, two performances, two statements, or A and B for true
and false. By its letter, or in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aqa_eval.verdicts.announced import KEYS, LABELS, as_text, named
from aqa_eval.verdicts.doubt import HEDGE, TAKEN_BACK, ahead, own_words, unsaid, without_questions
from aqa_eval.verdicts.records import Record
from aqa_eval.vocabulary import Truth

_DECORATION = " \t\n*_`\"'()[].,;:!$"
_NOUN = r"(?:option|answer|choice|video|image|clip|performance|statement)"
_ALONE = re.compile(
    rf"[\s*_`\"'(\[$]*(?:(?:the )?{_NOUN}\s+)?([A-Za-z])[*_`\"'$]*"
    rf"(?:(?:[)\].:,;!]+|\s[\u2014\u2013-]\s|\s(?=\())[*_`\"']*\s*(.*))?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_OPENING = re.compile(
    rf"[\s*_`\"'(\[]*(?:(?i:{_NOUN})\s+)?([A-Z])[*_`\"']*"
    r"(?:[)\].:,;]+[*_`\"']*|\s+[\u2014\u2013-]|(?=\s+(?:because|since|as)\b))\s+(\S.*)",
    re.DOTALL,
)
_LISTED = re.compile(r"[\s*_`\"'(\[>-]*[A-Z][)\].:]", re.ASCII)
_BY_ITSELF = re.compile(r"(?<![A-Za-z'])([A-Z])(?!\s+[a-z]|[A-Za-z'])", re.ASCII)
_INLINE = re.compile(r"(?<![A-Za-z'])([A-Z])[*_`]*[)\].:](?=[\s*_`])", re.ASCII)
_A_LETTER = re.compile(r"(?<![A-Za-z'])([A-Z])(?![A-Za-z'])", re.ASCII)
_CHOSEN = re.compile(
    rf"\b(?:I(?:'d| would)? (?:choose|pick|select|go with|prefer|say)|I (?:think|believe) it is"
    rf"|(?:the )?(?:correct|right|best|better) (?:option|answer|choice|one|video|performance) is)\s*:?\s+"
    rf"[*_`\"'(]*(?:{_NOUN}\s+)?([A-Z])(?![A-Za-z'])"
    rf"|(?<![A-Za-z'])(?:{_NOUN}\s{{1,4}})?[*_`\"'(]{{0,4}}([A-Z])[*_`\"')]{{0,4}}\s{{1,4}}(?:comes|is|was|looks)\s+"
    r"(?:clearly |much |slightly |definitely |the )*"
    r"(?:(?:closer|closest)(?! to (?!it\b|this\b|that\b|the (?:ideal|requirement|description|statement)))"
    r"|(?:better|best|superior)(?=\W*$|[\s*_]*[.,;:!)\n]"
    r"|\s+(?:than|to|one|performance|video|of|because|since|as|in|and)\b)"
    r"|(?:correct|right|true)(?=\W*$|[\s*_]*[.,;:!)\n]"
    r"|\s+(?:answer|option|choice|one|because|since|as|and)\b))"
    r"(?!\s*\?)",
    re.ASCII,
)
_AGAINST = re.compile(
    r"(?:not?|wrong|incorrect|false|worse|rejected|unlikely|excluded|ruled out|nope|inferior|right|correct"
    r"|true|better|and|or)\b|[&/+]",
    re.IGNORECASE,
)
"""What, right after a letter, weighs it rather than explaining why it was chosen."""
_REST_DENIED = re.compile(
    rf"\bnot\s+(?:(?i:{_NOUN})\s+)?[A-Z](?![A-Za-z'])|(?<![A-Za-z'])[A-Z] is (?:wrong|incorrect|worse)\b",
    re.ASCII,
)
_LIMITED = re.compile(
    r"\d|\b(?:no|not|never|also|too|as well|so is|some|few|respects?)\b|n't\b"
    r"|^\s*(?:(?:and|or)\s+[A-Z]\b|[/&+])"
)
_INTRODUCED = re.compile(
    r"(?:it is|it's|this is|the (?:correct |right |best )?(?:answer|option|choice|number|movement)"
    r" is|i (?:see|choose|pick))\s+(?:an? |the )?(.+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class ChoiceReader:
    """Reads one of `letters` (letter -> meaning), or of `texts` (an answer's own words -> meaning).

    What a letter is followed by must not be the words of another answer, another letter, or a remark for or
    against it. A list of all answers is no answer.
    """

    letters: Mapping[str, Truth]
    texts: Mapping[str, Truth] = field(default_factory=dict)
    missing: str = "single option"
    labels: str = LABELS + "|choice"

    @cached_property
    def _words(self) -> dict[str, set[Truth]]:
        words: dict[str, set[Truth]] = {}
        for text, meaning in self.texts.items():
            words.setdefault(_bare(text), set()).add(meaning)
        return words

    def text(self, text: str) -> set[Truth]:
        """What the first or the last line is, or the one answer that is chosen or spoken of."""
        plain = without_questions(text)
        return self._lines(plain) or self._chosen(plain) or self._only_one(plain)

    def phrase(self, rest: str) -> set[Truth]:
        """What the words after a label name."""
        return self.alone(rest) or self._opened(rest)

    def alone(self, sentence: str) -> set[Truth]:
        """What a line consists of: "B", "(B)", "Option B", "B) Not parallel", "not parallel"."""
        plain = _bare(sentence)
        introduced = _INTRODUCED.fullmatch(plain)
        worded = self._words.get(plain) or self._words.get(
            _bare(introduced.group(1)) if introduced else "", set()
        )
        match = _ALONE.fullmatch(sentence.strip())
        letter = match.group(1).upper() if match else ""
        if match is None or letter not in self.letters or sentence.rstrip(_DECORATION).endswith("?"):
            return set(worded)
        rest = _bare(match.group(2) or "")
        lettered = (
            {self.letters[letter]} if not rest or self.letters[letter] in self._words.get(rest, ()) else set()
        )
        return lettered | worded

    def led(self, text: str) -> bool:
        """Whether a text opens with one of the letters, as an answer would."""
        match = _ALONE.match(text.strip())
        follows = text.strip()[match.end(1) :] if match else ""
        return (
            match is not None and match.group(1) in self.letters and not re.match(r"[^\W_]|\s+[a-z]", follows)
        )

    def mentioned(self, text: str) -> set[Truth]:
        """The meanings of all letters that stand by themselves in a text."""
        return {self.letters[one] for one in _BY_ITSELF.findall(text) if one in self.letters}

    def echo(self, text: str) -> bool:
        """Whether the text names every letter, or every answer's own words, and nothing beside them."""
        plain = _bare(text[:500])
        parts = {_bare(part) for part in re.split(r"\s*(?:/|\||,|\bor\b)\s*", plain) if _bare(part)}
        letters = {letter.casefold() for letter in self.letters}
        return len(parts) > 1 and (parts == letters or parts == set(self._words))

    def fits(self, aside: str) -> bool:
        """Nothing in parentheses disagrees with options."""
        return True

    def members(self, record: Record) -> list[str]:
        """What the object gives as its answer."""
        return [as_text(value) for value in named(record, (*KEYS, "choice", "option"))]

    def _lines(self, text: str) -> set[Truth]:
        """What the first and the last line consist of, lists of the answers left aside."""
        lines = [line for line in text.splitlines() if line.strip()]
        listed = {value for line in lines if _LISTED.match(line) for value in self.alone(line)}
        if len(listed) > 1:
            lines = [line for line in lines if not (_LISTED.match(line) and self.alone(line))]
        if not lines:
            return set()
        first, last = self.alone(lines[0]), self.alone(lines[-1])
        if TAKEN_BACK.search(text) and not last:
            return set()
        return first | last

    def _chosen(self, text: str) -> set[Truth]:
        """The answers that a sentence chooses outright: "I choose B", "Video B is better than video A"."""
        if TAKEN_BACK.search(text):
            return set()
        found: set[Truth] = set()
        for match in _CHOSEN.finditer(text):
            letter = match.group(1) or match.group(2)
            clause = _REST_DENIED.sub(" ", own_words(text[match.end() :]))
            before = re.sub(r"\bonly\s*$", "", ahead(text, match.start()), flags=re.IGNORECASE)
            if unsaid(before) or HEDGE.search(clause) or _LIMITED.search(clause):
                return set()
            if re.match(r"[:;\u2014-]\s*no\b", text[match.end() :][len(clause) :]):
                return set()
            if match.group(1) and text[match.end() : match.end() + 1] in (")", "]", ":"):
                found |= self.alone(text[match.start(1) :].partition("\n")[0])
            elif letter in self.letters:
                found.add(self.letters[letter])
        return found

    def _only_one(self, text: str) -> set[Truth]:
        """The one letter a text opens with and then explains, no other being spoken of."""
        letters = set(_A_LETTER.findall(own_words(text))) & set(self.letters)
        listed = set(_INLINE.findall(text)) & set(self.letters)
        if len(letters) > 1 or len(listed) > 1 or TAKEN_BACK.search(text):
            return set()
        return self._opened(text)

    def _opened(self, part: str) -> set[Truth]:
        """The answer whose letter opens a part and is explained after it."""
        match = _OPENING.match(part)
        if match is None or match.group(1) not in self.letters:
            return set()
        meaning = self.letters[match.group(1)]
        rest = _REST_DENIED.sub("as said", match.group(2).lstrip(_DECORATION), count=1)
        repeated = next((w for w in sorted(self.texts, key=len, reverse=True) if _starts(rest, w)), "")
        if repeated and self.texts[repeated] == meaning:
            rest = "as said" + rest[len(repeated) :]
        clause = own_words(rest.removeprefix("as said"))
        own = match.group(0)[: match.start(2)]
        if own.rstrip().endswith(":") and re.match(rf"\W*{_NOUN}\s", own, re.IGNORECASE):
            return set()  # "Video A: the knees cave in." describes it
        others = (set(_A_LETTER.findall(clause)) & set(self.letters)) - {match.group(1), "I"}
        if _AGAINST.match(rest) or (others and own.rstrip().endswith((",", ";", ":"))) or others & {rest[:1]}:
            return set()
        if not own.rstrip().endswith((".", ")", ":")) and HEDGE.search(clause):
            return set()
        return set() if self._speaks_of_another(clause, meaning) else {meaning}

    def _speaks_of_another(self, clause: str, meaning: Truth) -> bool:
        """Whether an explanation holds another answer's own words, other than to deny them."""
        clause = f" {clause.casefold()} "
        own = [words for words, means in self._words.items() if words and meaning in means]
        for words in (words for words, means in self._words.items() if words and meaning not in means):
            plain = clause
            for mine in own:  # "not parallel" says "parallel" as well, but not the other way round
                plain = plain if mine in words else plain.replace(mine, " ")
            found = re.search(rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", plain)
            before = plain[: found.start()].rstrip() if found else ""
            if found and not re.search(r"(?:\bnot|n't|than|instead of|rather than)$", before):
                return True
        return False


def _starts(rest: str, words: str) -> bool:
    """Whether an explanation begins with an answer's own words."""
    return re.match(rf"{re.escape(words)}(?![^\W_])", rest, re.IGNORECASE) is not None


def _bare(text: str) -> str:
    return text.strip(_DECORATION).casefold()
