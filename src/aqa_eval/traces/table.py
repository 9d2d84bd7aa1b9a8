"""The table of claims: one row for each claim of every answer that says more than its verdict.

Each claim is held against three bodies. Against the one that was shown: is it so? Against that of the clip
that the study shows in its place (perturbation `swapped`): would it be so there? And against that of another
item of the same criterion, drawn once by the study's seed: how often does evidence hold that was not taken
from the clip?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from aqa_eval.judges import PROTOCOLS
from aqa_eval.ledger import Ledger
from aqa_eval.media import PERTURBATIONS, FrameStore
from aqa_eval.plan import Plan
from aqa_eval.traces import checking, geometry_files
from aqa_eval.traces.cited import cited_claims, point_right, time_right
from aqa_eval.traces.claim import Claim
from aqa_eval.traces.kept import Kept, digest
from aqa_eval.traces.lexicon_files import lexicon
from aqa_eval.traces.places import Others, Place, Shown, alike, named, own, partners
from aqa_eval.traces.posing import Bodies
from aqa_eval.traces.reading import claims
from aqa_eval.traces.texts import Source, cited, texts
from aqa_eval.vocabulary import Answer, Clip, Evidence, Judge, Task, Trial

COLUMNS: dict[str, pl.DataType] = {
    "key": pl.String(),  # the trial's
    "source": pl.String(),  # trace, answer, cited
    "place": pl.Int64(),  # number of the sentence in its text, or of the piece of evidence, from 0
    "step": pl.String(),  # the tag it stands in: look, decompose, analyse, answer; empty without one
    "kind": pl.String(),  # observation, rule, prior, hedge
    "part": pl.String(),
    "side": pl.String(),  # left, right, both; empty where none is named
    "relation": pl.String(),  # as the lexicon names it, after "not " where it is denied
    "value": pl.Float64(),
    "unit": pl.String(),
    "time": pl.Float64(),  # seconds from the clip's start
    "text": pl.String(),
    "check": pl.String(),  # of an observation: supported, contradicted, not checkable; null for other kinds
    "reason": pl.String(),  # why it is not checkable
    "point_right": pl.Boolean(),  # cited: does the point lie at the named keypoint; null where nobody knows
    "time_right": pl.Boolean(),  # cited: does the time lie in the fault's span
    "elsewhere": pl.String(),  # the same check on the clip that the study shows in this one's place, or null
    "partner": pl.String(),  # another item of the criterion, and the same three checks on its clip
    "partner_check": pl.String(),
    "partner_point": pl.Boolean(),
    "partner_time": pl.Boolean(),
}
REORDERED = "the frames were not shown in their own order"
TWO = "two clips were shown"
_CHUNK = 50_000


def empty() -> pl.DataFrame:
    """A table without a claim."""
    return pl.DataFrame(schema=COLUMNS)


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told how far it is: of each text that had to be read, of each clip whose body was looked for."""

    read: Callable[[int], None] = lambda _: None
    looked: Callable[[str], None] = lambda _: None


def claims_table(
    plan: Plan,
    ledger: Ledger,
    store: FrameStore,
    folder: Path,
    progress: Progress | None = None,
    search: bool = True,
) -> pl.DataFrame:
    """The claims of every answered trial, columns as in `COLUMNS`, in plan order.

    What was read and checked is kept in `folder` beside the ledger, and bodies in the cache of `store`: a
    second call reads and looks for nothing. Without `search` no network is asked for bodies: claims about
    clips whose body is known in no other way are not checkable. Raises LedgerError, and TraceError where
    nothing can be kept.
    """
    progress = progress or Progress()
    with Kept(folder) as kept:
        audit = _Audit(
            plan, ledger, kept, Bodies(store, progress.looked, search), progress, Shown(plan.datasets)
        )
        others = audit.survey()
        parts = [empty()]
        rows: list[tuple[object, ...]] = []
        for row in audit.rows(others):
            rows.append(row)
            if len(rows) == _CHUNK:
                parts.append(_framed(rows))
                rows = []
        return pl.concat([*parts, _framed(rows)])


def _framed(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


@dataclass(frozen=True, slots=True)
class _Text:
    """The claims of one text of a trial, or its cited evidence, and by which key they are kept."""

    source: Source
    key: bytes
    found: Sequence[Claim]
    evidence: Sequence[Evidence | None]


@dataclass(slots=True)
class _Audit:
    plan: Plan
    ledger: Ledger
    kept: Kept
    bodies: Bodies
    progress: Progress
    _shown: Shown
    _digests: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def survey(self) -> Others:
        """Read every text, and find the other clips that claims are held against."""
        others, groups = Others(), dict[tuple[str, ...], dict[str, Place]]()
        for trial, answer in self._answered():
            if trial.condition.perturbation == "swapped":
                others.donors.setdefault(named(trial.item), self._shown.place(trial.shown[0], trial.item))
            elif len(trial.shown) == 1 and any(self._texts(trial, answer)):
                item = trial.item
                group: tuple[str, ...] = (
                    item.dataset,
                    str(item.task),
                    item.criterion.id,
                    item.clips[0].view,
                )
                groups.setdefault(group, {}).setdefault(named(item), own(item))
        for group, places in groups.items():
            others.partners |= partners(places, f"{self.plan.study.seed}:{group}")
        return others

    def rows(self, others: Others) -> Iterator[tuple[object, ...]]:
        """The rows of the table."""
        for trial, answer in self._answered():
            for text in self._texts(trial, answer):
                yield from self._checked(trial, text, others)

    def _answered(self) -> Iterator[tuple[Trial, Answer]]:
        """The answered trials of judges that have words of their own."""
        speaking = {name for name, r in self.plan.respondents.items() if has_words(r.judge)}
        for trial in self.plan.trials() if speaking else ():
            if trial.judge in speaking and trial.item.task is not Task.CONTROL:
                answer = self.ledger.answer(trial.key)
                if answer is not None and answer.failure is None:
                    yield trial, answer

    def _texts(self, trial: Trial, answer: Answer) -> Iterator[_Text]:
        frames = tuple(round(frame.time, 3) for frame in answer.manifest if frame.clip == 0)
        for source, words in texts(trial, answer):
            key = digest("read", lexicon().digest, words, frames)
            found = self.kept.get(key)
            if found is None:
                read = claims(words, frames)
                self.kept.put(key, [astuple(claim) for claim in read])
                self._count += 1
                self.progress.read(self._count)
            else:
                read = [_claim(one) for one in _listed(found)]
            if read:
                yield _Text(source, key, read, [None] * len(read))
        pieces = cited(trial, answer, self.plan.coordinates(trial.judge))
        if pieces:
            both = cited_claims(pieces)
            yield _Text(
                "cited",
                digest("cited", lexicon().digest, [astuple(piece) for piece in pieces]),
                [claim for claim, _ in both],
                # A piece of two claims has one point and one time, which count once.
                [p if n == 0 or both[n - 1][1] is not p else None for n, (_, p) in enumerate(both)],
            )

    def _checked(self, trial: Trial, text: _Text, others: Others) -> Iterator[tuple[object, ...]]:
        item, condition = trial.item, trial.condition
        name = named(item)
        its = trial.shown == item.clips
        place = own(item) if its else self._shown.place(trial.shown[0], item)
        hindrance = TWO if len(trial.shown) > 1 else ""
        if PERTURBATIONS[condition.perturbation].temporal and condition.perturbation != "keyframe":
            hindrance = REORDERED
        mirrored = PERTURBATIONS[condition.perturbation].sided
        pointed = condition.representation in {"rgb", "overlay", "skeleton"}
        here = self._against(text, place, mirrored, pointed, hindrance)
        nothing: list[tuple[object, ...]] = [(None, "", None, None)] * len(text.found)
        donor = others.donors.get(name) if its and not hindrance else None
        there = self._against(text, donor, mirrored, False, "") if donor else nothing
        partner, other = others.partners.get(name, ("", None)) if its and not hindrance else ("", None)
        swapped = self._against(text, other, mirrored, pointed, "") if other else nothing
        for claim, a, b, c in zip(text.found, here, there, swapped, strict=True):
            yield (
                *(trial.key, text.source, claim.place, claim.step, claim.kind, claim.part, claim.side),
                *(claim.said, claim.value, claim.unit, claim.time, claim.text),
                *a,
                _comparable(claim, place, donor, b[0]),
                *(partner or None, _comparable(claim, place, other, c[0]), c[2], c[3]),
            )

    def _against(
        self, text: _Text, place: Place, mirrored: bool, pointed: bool, hindrance: str
    ) -> list[tuple[object, ...]]:
        """(check, reason, point right, time right) of every claim against one clip."""
        if hindrance:
            return [
                (checking.OPEN if claim.kind == "observation" else None, hindrance, None, None)
                for claim in text.found
            ]
        body_digest = self._digest(place.clip)
        key = digest(
            *("checked", text.key, body_digest, checking.VERSION, geometry_files.digest(), place.clip.view),
            *(place.moment, place.span and astuple(place.span), mirrored, pointed),
        )
        known = self.kept.get(key)
        if known is not None:
            return [tuple(one) for one in _listed(known)]
        # A body is looked for only where something is said of it that it can decide.
        needed = pointed and any(piece and piece.point for piece in text.evidence)
        needed = needed or any(checking.decidable(claim) for claim in text.found)
        body = self.bodies.of(place.clip) if needed else "no pose: none was needed"
        if mirrored and not isinstance(body, str):
            body = body.mirrored()
        made: list[tuple[object, ...]] = []
        for claim, piece in zip(text.found, text.evidence, strict=True):
            outcome = (
                checking.check(claim, body, place.clip.view, place.moment)
                if claim.kind == "observation"
                else None
            )
            made.append(
                (
                    outcome.outcome if outcome else None,
                    outcome.reason if outcome else "",
                    point_right(piece, body) if piece and pointed else None,
                    time_right(piece, place.span) if piece else None,
                )
            )
        if body_digest:  # a recording that is not at hand today may be tomorrow
            self.kept.put(key, made)
        return made

    def _digest(self, clip: Clip) -> str:
        name = f"{clip.dataset}:{clip.id}"
        if name not in self._digests:
            self._digests[name] = self.bodies.digest(clip)
        return self._digests[name]


def _comparable(claim: Claim, place: Place, other: Place | None, outcome: object) -> object:
    """What another clip makes of a claim, which is open where it would be looked for in another stretch."""
    return checking.OPEN if outcome and other and not alike(claim, place, other) else outcome


def _claim(kept: list[Any]) -> Claim:
    return Claim(*kept)


def _listed(value: object) -> list[list[Any]]:
    return value if isinstance(value, list) else []


def has_words(judge: Judge) -> bool:
    """Whether a judge says anything beyond its verdict: no reference judge does, but for a simulated one in
    which reasoning was planted.
    """
    return not PROTOCOLS[judge.protocol].reference or any(n.startswith("trace_") for n, _ in judge.decoding)
