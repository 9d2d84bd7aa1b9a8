"""What is exchanged with a judge for one trial: one request, or several, each resting on the one before.

A trial of a two-step strategy rests on a description of the clip, a probe on the judge's own answer to the
same question. Both are shared by several trials, asked once and committed before anything is built on them,
so that a run that was killed goes on with the exchange that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aqa_eval import verdicts
from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.judges import Respondent
from aqa_eval.plan import Showing, arranged, condition_text, record
from aqa_eval.run.attempts import Attempts
from aqa_eval.run.interfering import covers, resumed
from aqa_eval.run.room import Room
from aqa_eval.run.sharing import Shared
from aqa_eval.vocabulary import (
    MASKED,
    NOBODY,
    Answer,
    Cover,
    Failure,
    Presentation,
    Shown,
    Trial,
    Usage,
)


class Exchanges:
    """The exchanges with one judge."""

    def __init__(self, room: Room, respondent: Respondent) -> None:
        self.room, self.respondent = room, respondent
        self.plan, self.ledger, self.studio = room.plan, room.ledger, room.studio
        self.attempts = Attempts(room, respondent)
        self.shared = Shared()

    async def answer(self, trial: Trial) -> Answer:
        """The trial's answer, after all it rests on, or what stands in its place: a failure, that nobody is
        seen, a description that cannot be used, or an answer of its own that cannot be probed.

        Raises as `Attempts.answer`.
        """
        if trial.parent is None and self.plan.probes:
            return await self._own(trial, trial)
        return await self._answer(trial)

    async def _answer(self, trial: Trial) -> Answer:
        try:
            showing, everybody = await self._showing(trial)
        except MediaError as error:
            return Answer(failure=Failure("media", str(error)))
        if not everybody:
            return self._with_record(trial, showing, Answer(finish=NOBODY))
        if trial.parent is not None:
            return await self._probed(trial, trial.parent, showing)
        described = await self._described(trial, showing)
        return described if isinstance(described, Answer) else await self._asked(trial, showing, described)

    async def _asked(
        self,
        trial: Trial,
        showing: Showing,
        described: str,
        reasoning: str = "",
        covered: tuple[Cover, ...] = (),
        more: Mapping[str, object] | None = None,
    ) -> Answer:
        """The answer to the trial's own request."""
        answer = await self.attempts.answer(trial, self.plan.request(trial, showing, described, reasoning))
        held = self.respondent.held_to(trial.condition)
        noted = {**(more or {}), **({"held_to": held} if held else {})}
        return self._with_record(trial, showing, answer, noted, covered)

    # ------------------------------------------------------------------ pictures

    async def _showing(self, trial: Trial) -> tuple[Showing, bool]:
        """(everything the trial shows, made ready; whether somebody was found wherever the pictures rest on
        that). Raises MediaError for what cannot be shown.
        """
        shown: dict[int, Shown] = {}
        everybody = True
        for wanted in self.plan.pictures(trial):
            try:
                shown[wanted.place] = await self.studio.shown(wanted.clip, wanted.together, wanted.want)
            except NobodyFoundError:
                shown[wanted.place] = Shown(coverage=0.0)
                everybody = False
        return arranged(trial, shown), everybody

    def _presented(self, trial: Trial, covered: tuple[Cover, ...] = ()) -> list[Presentation]:
        """How the trial's clips are shown, the (one) clip of a masked probe with its masks."""
        presented = [self.plan.presentation(trial, clip) for clip in trial.shown]
        return [replace(one, covered=covered) for one in presented] if covered else presented

    def _with_record(
        self,
        trial: Trial,
        showing: Showing,
        answer: Answer,
        more: Mapping[str, object] | None = None,
        covered: tuple[Cover, ...] = (),
    ) -> Answer:
        done = record(trial, showing, self._presented(trial, covered))
        return replace(answer, sent={**answer.sent, **done, **(more or {})})

    # ------------------------------------------------------------------ descriptions

    async def _described(self, trial: Trial, showing: Showing) -> str | Answer:
        """What the description says, empty for a trial without one; the trial's answer where it says
        nothing.
        """
        if not trial.description_key:
            return ""
        description = await self._description(trial, showing)
        if description.failure is not None:
            return Answer(failure=description.failure, sent={"description": "failed"})
        if verdicts.unusable(description) is not None:
            # It was asked for once and paid once: those that share it get its status, each for good.
            sent = {**description.sent, "description": "unusable"}
            return replace(description, usage=Usage(), latency=0.0, tokens=(), sent=sent)
        return verdicts.spoken(description.text)[0]

    async def _description(self, trial: Trial, showing: Showing) -> Answer:
        """The description that several trials share: of the ledger, or of whoever asks for it first."""
        known = self.ledger.answer(trial.description_key)
        if known is not None:
            return known
        answer, _ = await self.shared.once(trial.description_key, lambda: self._describe(trial, showing))
        return answer

    async def _describe(self, trial: Trial, showing: Showing) -> Answer:
        """Ask for the description. A reply is a reply, paid and kept, whether or not it can be used."""
        answer = await self.attempts.answer(trial, self.plan.description_request(trial, showing))
        if answer.failure is not None:
            # The trials that wait for it fail with it; this is the attempt that all of them made together.
            self.ledger.note_attempt(trial, answer.failure, condition_text(trial.condition))
            return answer
        # No example is sent with it.
        answer = self._with_record(replace(trial, examples=()), Showing(showing.shown), answer)
        self.ledger.commit_description(trial, answer)
        self.room.watcher.described(self.respondent.judge, answer)
        return answer

    # ------------------------------------------------------------------ probes

    async def _own(self, trial: Trial, needed_by: Trial) -> Answer:
        """The answer to a trial that probes rest on, for itself or for one of these: of the ledger, or of
        whoever asks for it first, without tokens where they were counted before.
        """
        known = self.ledger.answer(trial.key) if self.ledger.is_answered(trial.key) else None
        first = False
        if known is None:
            known, first = await self.shared.once(trial.key, lambda: self._ask_own(trial, needed_by))
        if first:
            return known
        # Who waited made no attempt of its own, and pays nothing.
        failed = {"parent": "failed"} if known.failure is not None else {}
        return replace(known, usage=Usage(), sent={**known.sent, **failed})

    async def _ask_own(self, trial: Trial, needed_by: Trial) -> Answer:
        """Ask it, and commit what comes back; a probe that failed to get it notes that for itself."""
        answer = await self._answer(trial)
        judge = self.respondent.judge
        if answer.failure is None:
            self.ledger.commit(trial, answer, condition_text(trial.condition))
            if needed_by.key != trial.key:
                self.room.watcher.described(judge, answer)
        elif needed_by.key != trial.key and "description" not in answer.sent:
            self.ledger.note_attempt(needed_by, answer.failure, condition_text(needed_by.condition))
        return answer

    async def _probed(self, trial: Trial, parent: Trial, showing: Showing) -> Answer:
        """The answer to a probe, after the judge's own answer has been interfered with."""
        own = await self._own(parent, trial)
        if own.failure is not None:
            return Answer(failure=own.failure, sent={"parent": "failed"})
        if trial.condition.probe in MASKED:
            return await self._masked(trial, parent, own, showing)
        done = resumed(own, parent, trial.condition.probe)
        if isinstance(done, str):
            return self._with_record(trial, showing, Answer(sent={"unprobed": done}))
        described = await self._described(trial, showing)
        if isinstance(described, Answer):  # pragma: no cover  the parent has been answered from it
            return described
        noted: dict[str, object] = {"reasoning": done.reasoning}
        if done.before:
            noted["changed"] = [done.before, done.after]
        return await self._asked(trial, showing, described, done.reasoning, more=noted)

    async def _masked(self, trial: Trial, parent: Trial, own: Answer, showing: Showing) -> Answer:
        read_as = self.plan.coordinates(trial.judge)
        evidence = verdicts.read(own, parent.item, parent.condition, read_as).evidence
        frames = showing.shown[0].frames
        try:
            poses = (await self.studio.sight.poses(frames))[0] if evidence else None
        except MediaError:  # nobody can be looked for here
            poses = None
        covered = covers(evidence, frames, poses, trial.condition.probe, parent.key)
        if isinstance(covered, str):
            return self._with_record(trial, showing, Answer(sent={"unprobed": covered}))
        try:
            shown = [await self._shown_covered(trial, covered)]
        except MediaError as error:
            return Answer(failure=Failure("media", str(error)))
        masked = arranged(trial, dict(enumerate(shown)))
        return await self._asked(trial, masked, "", covered=covered)

    async def _shown_covered(self, trial: Trial, covered: tuple[Cover, ...]) -> Shown:
        wanted: Sequence[Presentation] = self._presented(trial, covered)
        return await self.studio.shown(trial.shown[0], wanted, wanted[0])
