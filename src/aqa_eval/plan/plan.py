"""The plan of a study: its trials, and what is sent for each.

Items come clip by clip, so that a clip's frames are prepared once for everything asked about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.sampling import Stream
from aqa_eval.judges import PROTOCOLS, Respondent
from aqa_eval.judges.families import FAMILIES
from aqa_eval.media import PERTURBATIONS
from aqa_eval.media.representations import POSED
from aqa_eval.plan.census import Census
from aqa_eval.plan.keys import Ingredients, condition_text, description_key, item_content, told, trial_known
from aqa_eval.plan.record import Showing, Wanted
from aqa_eval.plan.scenes import Scene, Staging
from aqa_eval.plan.ways import Kind, Way, control_conditions, kind
from aqa_eval.prompts import Composed, Example, compose, compose_description, strategy
from aqa_eval.study import Study
from aqa_eval.vocabulary import Clip, Condition, Item, Presentation, Request, Task, Trial

Unfit = Mapping[tuple[str, ...], str]
"""(dataset, judge, task, condition as text, kind of clips) -> why it does not fit."""


@dataclass(frozen=True)
class Plan:
    """What will be asked: the study with its datasets read, its items drawn, its judges set up.

    `streams` give the items of each dataset, anew each time they are called: a million items are met one
    after the other and never held. `fingerprint` is of a clip's recording, `keypoints` of where its skeleton
    comes from. `unfit` is what is known not to fit a judge's context window and is therefore not asked;
    `counted` a census that was taken before.
    """

    study: Study
    datasets: tuple[Dataset, ...]
    streams: tuple[Stream, ...]
    respondents: Mapping[str, Respondent]
    identities: Mapping[str, Mapping[str, object]]
    fingerprint: Callable[[Clip], str]
    keypoints: Callable[[Clip, str], str]
    staging: Staging
    unfit: Unfit = field(default_factory=dict)
    counted: Census | None = None

    def items(self) -> Iterator[Item]:
        """Every item of every dataset, clip by clip."""
        for stream in self.streams:
            yield from stream()

    def trials(self, judge: str | None = None) -> Iterator[Trial]:
        """Every trial, or only those of one judge, always in the same order."""
        for item in self.items():
            content, like = item_content(item), kind(item)
            scenes: dict[Condition, Scene | str] = {}
            for way in self._ways[item.task]:
                if judge in {None, way.respondent.judge.name} and self._asks(way, item, like):
                    if way.condition not in scenes:
                        scenes[way.condition] = self.staging.scene(item, way.condition)
                    scene = scenes[way.condition]
                    if not isinstance(scene, str):
                        yield from self._repeats(item, content, way, scene, like)

    def census(self) -> Census:
        """How much is asked of whom, in one pass and without a single key."""
        if self.counted is not None:
            return self.counted
        census = Census()
        particular = {task: [way for way in ways if way.particular] for task, ways in self._ways.items()}
        for item, group in census.met(self.items()):
            for way in particular[group.task]:
                if way.criterion in {"", item.criterion.id}:
                    reason = self._reason(way, item, group.kind)
                    unasked = {} if reason else way.respondent.unasked(item)
                    census.left_out.update({(way.respondent.judge.name, w): n for w, n in unasked.items()})
                    census.count(group, way, item, reason, 1, sum(unasked.values()))
        for group in census.groups.values():
            for way in self._ways[group.task]:
                if not way.particular:
                    reason = self._unfit(way, group.dataset, group.kind) or way.general(group.kind)
                    census.count(group, way, group.first, reason, group.items)
        return census

    def shows_pictures(self) -> bool:
        """Whether any judge is sent anything that is seen."""
        return any(c.representation != "none" for task in Task for c in self.study.conditions(task))

    @cached_property
    def probes(self) -> bool:
        """Whether any trial rests on the judge's own answer to another."""
        return any(way.condition.probe != "none" for ways in self._ways.values() for way in ways)

    def presentations(self, item: Item, clip: Clip) -> tuple[Presentation, ...]:
        """What is made of a clip of the item over all conditions: it is decoded once for all of them."""
        return self._presentations(item, clip, self._conditions(item))

    def showings(self, item: Item, clip: Clip) -> tuple[Presentation, ...]:
        """Every way in which the study shows a clip of the item, whether or not a judge sees it."""
        named = [
            control_conditions(condition)[item.criterion.id] if item.task is Task.CONTROL else condition
            for condition in self.study.conditions(item.task)
        ]
        return self._presentations(item, clip, named)

    def _presentations(
        self, item: Item, clip: Clip, conditions: Iterable[Condition]
    ) -> tuple[Presentation, ...]:
        seen: dict[Presentation, None] = {}
        for condition in conditions:
            needs = self.staging.presentation(item, condition, clip)
            lacking = PERTURBATIONS[condition.perturbation].needs_moment and needs.moment is None
            if needs.representation != "none" and not lacking:
                seen[needs] = None
        return tuple(seen)

    def pictures(self, trial: Trial) -> tuple[Wanted, ...]:
        """What has to be made ready for a trial: its clips in the item's own order, then its examples."""
        if trial.condition.representation == "none":
            return ()
        wanted = []
        for place, clip in enumerate(trial.shown):
            want = self.presentation(trial, clip)
            # A clip's own item needs more of it, which is made in the same go; a donor is shown as it is.
            together = self.presentations(trial.item, clip) if clip in trial.item.clips else (want,)
            wanted.append(Wanted(clip, want, together, place))
        for number, example in enumerate(trial.examples, start=1):
            want = self.staging.example_presentation(example, trial.condition)
            wanted.append(Wanted(example.clips[0], want, (want,), -number))
        return tuple(wanted)

    def presentation(self, trial: Trial, clip: Clip) -> Presentation:
        """How a clip that the trial shows is made into pictures."""
        return self.staging.presentation(trial.item, trial.condition, clip)

    def request(self, trial: Trial, showing: Showing, description: str = "", reasoning: str = "") -> Request:
        """What the trial's judge is sent; `description` is what it said in the first of two steps, and
        `reasoning` its own, where the probe puts that before it again.
        """
        composed = compose(
            trial.item,
            trial.condition,
            showing.shown,
            examples=[Example(i, s) for i, s in zip(trial.examples, showing.examples, strict=True)],
            description=description,
            coordinates=self.coordinates(trial.judge),
            reasoning=reasoning,
        )
        return self._request(trial.key, trial, composed)

    def description_request(self, trial: Trial, showing: Showing) -> Request:
        """What the first exchange of a two-step trial sends."""
        composed = compose_description(trial.item, trial.condition, showing.shown)
        return self._request(trial.description_key, trial, composed)

    def coordinates(self, judge: str) -> str:
        """In which way the judge names points in a picture."""
        return FAMILIES[self.respondents[judge].judge.family].coordinates

    def _request(self, key: str, trial: Trial, composed: Composed) -> Request:
        told = PROTOCOLS[self.respondents[trial.judge].judge.protocol].told
        return Request(
            key=key,
            system=composed.system,
            parts=composed.parts,
            task=trial.item.task,
            criterion=trial.item.criterion,
            condition=trial.condition,
            truth=trial.truth if told == "truth" else None,
            answers=composed.answers,
            schema=composed.schema,
            trial=trial if told in {"truth", "ratings"} else None,
            clips=trial.item.clips if told == "records" else (),
        )

    def _conditions(self, item: Item) -> dict[Condition, None]:
        return {
            way.condition: None for way in self._ways[item.task] if way.criterion in {"", item.criterion.id}
        }

    def _asks(self, way: Way, item: Item, like: Kind) -> bool:
        here = way.criterion in {"", item.criterion.id}
        return here and not (self._unfit(way, item.dataset, like) or way.reason(item, like))

    def _unfit(self, way: Way, dataset: str, like: Kind) -> str:
        """Why the way does not fit its judge's window with such clips of the dataset; empty where it does."""
        if not self.unfit:
            return ""
        judge = way.respondent.judge.name
        asked = (dataset, judge, str(way.task), condition_text(way.condition), like.words)
        return self.unfit.get(asked, "")

    def _reason(self, way: Way, item: Item, like: Kind) -> str:
        reason = self._unfit(way, item.dataset, like) or way.reason(item, like)
        if reason:
            return reason
        scene = self.staging.scene(item, way.condition)
        return scene if isinstance(scene, str) else ""

    @cached_property
    def _ways(self) -> dict[Task, list[Way]]:
        ways: dict[Task, list[Way]] = {task: [] for task in Task}
        for task in Task:
            for condition in self.study.conditions(task):
                named = control_conditions(condition) if task is Task.CONTROL else {"": condition}
                for criterion, one in named.items():
                    ways[task] += [
                        Way(task, one, respondent, criterion)
                        for respondent in self.respondents.values()
                        # Only a road to somewhere can be broken.
                        if not (task is Task.CONTROL and PROTOCOLS[respondent.judge.protocol].reference)
                    ]
        return ways

    def _repeats(self, item: Item, content: bytes, way: Way, scene: Scene, like: Kind) -> Iterator[Trial]:
        probed = self._plainly(item, content, way, way.condition, scene, like)
        if way.condition.probe == "none":
            yield from probed
            return
        own = self._plainly(item, content, way, way.unprobed, scene, like)
        yield from (replace(one, parent=parent) for one, parent in zip(probed, own, strict=True))

    def _plainly(
        self, item: Item, content: bytes, way: Way, condition: Condition, scene: Scene, like: Kind
    ) -> Iterator[Trial]:
        """The trials of an item under a condition, each with its own key and none with a parent."""
        respondent = way.respondent
        judge, protocol = respondent.judge, PROTOCOLS[respondent.judge.protocol]
        ingredients = self._ingredients(item, condition, scene, like, judge.name)
        identity = self.identities[judge.name]
        told_truth = item if scene.truth == item.truth else replace(item, truth=scene.truth)
        who = {**identity, "depends": respondent.depends_on(told_truth)}
        known = trial_known(content, ingredients, who)
        describes = strategy(condition.strategy).describes and not protocol.reference
        for repeat in respondent.repeats(item):
            one = known.copy()
            one.update(str(repeat).encode())
            first = description_key(item.clips[0].action, ingredients, identity, repeat) if describes else ""
            yield Trial(
                one.hexdigest(),
                item,
                condition,
                judge.name,
                repeat,
                scene.shown,
                respondent.truth(item, scene.truth, repeat),
                scene.examples,
                first,
            )

    def _ingredients(
        self, item: Item, condition: Condition, scene: Scene, like: Kind, judge: str
    ) -> Ingredients:
        seen = None
        if condition.representation != "none":
            seen = tuple(self.fingerprint(clip) for clip in scene.shown)
        drawn = self._drawn(item, condition, scene, judge)
        return Ingredients(item.task, condition, like.still, seen, drawn)

    def _drawn(self, item: Item, condition: Condition, scene: Scene, judge: str) -> dict[str, object]:
        drawn: dict[str, object] = {}
        clips = (*scene.shown, *(example.clips[0] for example in scene.examples))
        if condition.representation != "none":
            presented = [self.staging.presentation(item, condition, clip) for clip in scene.shown]
            if any(p.seed for p in presented):
                drawn["seeds"] = [p.seed for p in presented]
            if any(p.moment is not None for p in presented):
                drawn["moments"] = [p.moment for p in presented]
            if any(p.captions for p in presented):
                drawn["captions"] = [p.captions for p in presented]
            if needs_keypoints(condition):
                drawn["keypoints"] = [self.keypoints(clip, condition.keypoints) for clip in clips]
        if scene.examples:
            seen = [""] * len(scene.examples)
            if condition.representation != "none":
                seen = [self.fingerprint(example.clips[0]) for example in scene.examples]
            drawn["examples"] = told(scene.examples, seen)
        if scene.truth != item.truth:
            drawn["instead"] = [clip.id for clip in scene.shown]
        held = self.respondents[judge].held_to(condition)
        if held:
            drawn["held_to"] = held
        if strategy(condition.strategy).cites:
            drawn["coordinates"] = self.coordinates(judge)
        return drawn


def needs_keypoints(condition: Condition) -> bool:
    """Whether the pictures rest on where the body is, beyond a crop around it as BlazePose finds it."""
    if condition.representation == "crop" and condition.keypoints == "blazepose":
        return False
    return condition.representation in POSED or PERTURBATIONS[condition.perturbation].needs_pose
