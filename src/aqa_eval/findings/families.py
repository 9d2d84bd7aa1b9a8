"""What many statements at once do to chance.

Of twenty statements that are none, one will have an interval that does not contain its line. So each of a
family carries its p and the one after Holm's correction (1979), and what only stands alone is called a hint.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from aqa_eval.findings.reading import chance_of, words
from aqa_eval.measures.multiplicity import holm
from aqa_eval.vocabulary import Finding

LEVEL = 0.05


def corrected(findings: Sequence[Finding], family: Callable[[Finding], Hashable], what: str) -> list[Finding]:
    """The findings, in order, those that carry a part `p` with `p_holm` over their `family`; `what` the
    members of a family are, in words.
    """
    families: dict[Hashable, list[int]] = {}
    for place, finding in enumerate(findings):
        if finding.parts.get("p") is not None:
            families.setdefault(family(finding), []).append(place)
    told = list(findings)
    for places in families.values():
        adjusted = holm([p for place in places if (p := findings[place].parts["p"]) is not None])
        for place, after in zip(places, adjusted, strict=True):
            told[place] = _told(findings[place], float(after), len(places), what)
    return told


def _told(finding: Finding, after: float, members: int, what: str) -> Finding:
    parts = {**finding.parts, "p_holm": after}
    return replace(
        finding, parts=parts, reading=words(finding.reading, hint(finding.parts["p"], after, members, what))
    )


def hint(p: float | None, after: float, members: int, what: str) -> str:
    """A warning where a statement stands alone but not among all `members` of its family."""
    if p is None or p >= LEVEL or after < LEVEL:
        return ""
    return (
        f"A hint only: among {members} {what} one as clear is no surprise ({chance_of(p)}, after Holm "
        f"{chance_of(after)})."
    )
