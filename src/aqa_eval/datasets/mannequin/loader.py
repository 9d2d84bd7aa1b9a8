"""Mannequin: rendered people whose faults are of an exactly known size; nothing to download.

Every subject is one body (one cluster). Which faults are tested is chosen by `movements` and `criteria`; the
dials of all others stay neutral. An execution is filmed from every view from which one of the criteria tested
can be judged, and carries their labels and its score.

Each subject performs each movement once. For each criterion exactly half of the subjects of a split are
faulty, which ones being drawn anew for each criterion, so that one clip shows any number of faults: a judge
must not learn that there is one a clip, or that finding one excuses from looking for others. The dial of a
criterion is then drawn evenly (uniform distribution) from the threshold plus the margin to the dial's worst
end for a faulty subject, and from the threshold minus the margin to its best end for a faultless one: at the
default margin of 6 degrees, a squat's depth from 50-94 or 106-130, knees in from 26-34 or 0-14. A dial never
falls within the margin, so that the truth is not a matter of a fraction of a degree.

Matched: each subject performs each movement twice for each criterion, once without the fault and once with
it. The body, clothes, room, camera, habits and all other dials are the same; the other dials are drawn as
above. Only the criterion that differs is labelled. With sizes there is one such pair for each size, its
dial exactly that far from the threshold on either side: what a psychometric curve is measured with.

Every label of a fault says at which moment its presence or absence shows most clearly, and that of a fault
which is there from when to when it can be seen: `mannequin.movements.showing` says what that means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from aqa_eval.datasets.dataset import Dataset, Loader, Options, Terms
from aqa_eval.datasets.mannequin.executions import SPLITS, Execution, independent, matched
from aqa_eval.datasets.mannequin.moments import Timed
from aqa_eval.datasets.mannequin.options import MannequinOptions, left_out
from aqa_eval.mannequin import MOVEMENTS, Fault
from aqa_eval.vocabulary import Clip, Criterion, Label, Rendered, Task

NAME = "mannequin"
TITLE = "Mannequin, rendered movements"

TERMS = Terms(
    licence="Apache-2.0 (the pictures and labels are this project's own; the bodies are CC0)",
    citation="Rendered by aqa-eval. Bodies: Anny (Brégier et al. 2025, arXiv 2511.03589) on MakeHuman data.",
    how="nothing to get: the clips are rendered when they are first needed",
    may_embed=True,
    may_send=True,
)


def _clips(execution: Execution) -> Iterator[Clip]:
    """One execution, filmed from every view that is needed."""
    movement, subject = execution.movement, execution.subject
    wanted = {view for fault in execution.faults for view in fault.criterion.views}
    for view in (view for view in movement.views if view in wanted):
        name = f"{movement.name}-{subject.name}-{view}"
        if execution.pair:
            (fault,) = execution.faults
            name = f"{name}-{fault.criterion.id.split('.')[-1]}-{execution.dials[fault.dial]:g}"
        yield Clip(
            id=name,
            dataset=NAME,
            action=movement.action,
            media=Rendered(movement.name, tuple(sorted(execution.dials.items())), view, subject.seed),
            cluster=subject.name,
            split=subject.split,
            view=view,
            subject=subject.name,
            match=f"{execution.pair} {view}" if execution.pair else "",
        )


def _label(clip: Clip, fault: Fault, dials: Mapping[str, float]) -> Label:
    """Whether the fault is there, and what its dial says."""
    return Label(clip.id, fault.criterion.id, fault.present(dials), amount=dials[fault.dial])


def _labels(execution: Execution, clip: Clip) -> tuple[Label, ...]:
    """The truth of a clip for every criterion tested that can be judged from its view, and its score."""
    judged = [fault for fault in execution.faults if clip.view in fault.criterion.views]
    return (
        *(_label(clip, fault, execution.dials) for fault in judged),
        Label(clip.id, execution.movement.score.id, execution.movement.quality(execution.dials)),
    )


def load(options: Options) -> Dataset:
    """Draw the subjects and their dials; nothing is rendered.

    Split `test` is what a study asks about; `train` is as many other subjects, for judges that are
    fitted, and is rendered only by a study that asks for it.
    """
    if not isinstance(options, MannequinOptions):
        raise TypeError(f"{NAME} is loaded with MannequinOptions, not {type(options).__name__}")
    design = options.design
    tested = [MOVEMENTS[name] for name, faults in design.faults.items() if faults]
    perform = matched if options.matched or design.sizes else independent
    clips: list[Clip] = []
    labels: dict[str, Sequence[Label]] = {}
    for split in SPLITS:
        for movement in tested:
            for execution in perform(design, split, movement):
                for clip in _clips(execution):
                    clips.append(clip)
                    labels[clip.id] = _labels(execution, clip)
    asked = [(*(f.criterion for f in design.faults[m.name]), m.score) for m in tested]
    criteria = {c.id: c for group in asked for c in group}
    return Dataset(
        name=NAME,
        title=TITLE,
        terms=TERMS,
        criteria=MappingProxyType(criteria),
        clips=clips,
        labels=Timed(clips, list(labels.values())),
        notes=left_out(design),
        facts=_facts(clips, labels, criteria),
    )


def _facts(
    clips: Sequence[Clip], labels: Mapping[str, Sequence[Label]], criteria: Mapping[str, Criterion]
) -> dict[str, str]:
    """What a check prints: counts per split, and for each criterion how many items there are."""
    facts = {"pictures": "rendered, not filmed: the truth is exact, the people are not real"}
    for split in SPLITS:
        own = [clip for clip in clips if clip.split == split]
        facts[f"{split} clips"] = f"{len(own)} of {len({clip.subject for clip in own})} subjects (clusters)"
        for criterion in criteria.values():
            values = [lb.value for c in own for lb in labels[c.id] if lb.criterion == criterion.id]
            facts[f"{split} {criterion.id}"] = f"{len(values)} items, {_summary(values)}"
    return facts


def _summary(values: Sequence[bool | float | str]) -> str:
    """How many are faulty, or the range of the scores."""
    faulty = [value for value in values if isinstance(value, bool)]
    if faulty:
        return f"{sum(faulty)} faulty ({sum(faulty) / len(faulty):.0%})"
    scores = [float(value) for value in values]
    return f"scores {min(scores):.1f} to {max(scores):.1f}, mean {sum(scores) / len(scores):.1f}"


def criteria() -> Mapping[str, Criterion]:
    """The criteria of every movement, by id."""
    return MappingProxyType({c.id: c for movement in MOVEMENTS.values() for c in movement.criteria})


LOADER = Loader(
    name=NAME,
    title=TITLE,
    options=MannequinOptions,
    tasks=(Task.VERIFY, Task.SCORE),
    load=load,
    terms=TERMS,
    criteria=criteria,
    optional=(Task.LOCATE,),
)
