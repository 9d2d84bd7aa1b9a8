"""The measures that are differences: between ways of asking, and between judges."""

from __future__ import annotations

from collections.abc import Mapping

from aqa_eval.report.term import Term

HEADLINES = {
    "balanced_accuracy": "balanced accuracy",
    "choice_skill": "choice skill",
    "spearman": "Spearman ρ",
    "temporal_iou": "temporal overlap",
}
_PAIRED = "In the measure by which the task is judged, on the questions that were answered both ways."


def _gain(title: str, meaning: str) -> Term:
    return Term(title, f"{meaning} {_PAIRED}", "this − versus", 0.0)


DIFFERENCES: Mapping[str, Term] = {
    "flips": Term(
        "Flips with polarity",
        "How often the judgement of one clip is another when the statement is turned round, from the "
        "requirement "
        "to the fault. A judge that is not sure contradicts itself when asked the same again too: "
        "see the excess.",
        "1 − Σ p₊ p₋ over the answers",
    ),
    "excess_flips": Term(
        "Excess flips",
        "How much more often the judgement turns with the statement than when the same statement is "
        "put again. 0 "
        "is a judge that is only unsure.",
        "flips between polarities − flips between repeats",
        0.0,
    ),
    "order_flips": Term(
        "Flips with order",
        "How often another of two clips is the better one when they are shown the other way round.",
    ),
    "excess_order_flips": Term(
        "Excess flips with order",
        "How much more often the judgement turns with the order of two clips than when they are "
        "shown again in "
        "the same order.",
        "flips between orders − flips between repeats",
        0.0,
    ),
    "blind_gap": _gain("Blind gap", "What is lost when nothing is shown. 0 is a judge that does not look."),
    "temporal_gain": _gain(
        "Temporal gain",
        "What is lost when the frames come in another order. 0 is a judge that does not look at the course "
        "of the movement, and is to be expected where one frame shows the criterion.",
    ),
    "single_frame_loss": _gain(
        "Loss by a single frame",
        "What is lost when but one of the frames is shown. More frames show more moments: a loss is no sign "
        "that the judge looks at their order.",
    ),
    "keyframe_gain": _gain(
        "Key frame", "What the frame that shows the criterion best has over a random one."
    ),
    "picture_gain": _gain("Picture gain", "What is lost when the pictures are spoilt."),
    "irrelevant_loss": _gain(
        "Loss by the irrelevant",
        "What is lost when something is changed that tells nothing of the movement. 0 is to be expected.",
    ),
    "frames_gain": _gain("Frames", "What more frames, or fewer, have over the plain number."),
    "representation_gain": _gain(
        "Representation",
        "What another representation has over the picture, on clips in which the body was found.",
    ),
    "keypoints_gain": _gain("True pose", "What other keypoints have over those of the pose network."),
    "transport_gain": _gain("Video", "What the frames as a video have over single images."),
    "follows_shown": Term(
        "Follows the clip shown",
        "With another clip in the place of the item's own: agreement with the label of the clip shown, less "
        "agreement with that of the item's own. Above 0 the verdict comes from what is shown.",
        "measure by the label shown − measure by the other",
        0.0,
    ),
    "mismatched_gap": Term(
        "Mismatched gap",
        "What a clip of another label takes from the agreement with the item's own. 0 is a judge for "
        "whom the "
        "clip decides nothing.",
        "own clip − clip of another label",
        0.0,
    ),
    "fault_shown_gain": Term(
        "Fault in the frames",
        "How much more often a fault is found where one of the frames sent shows it. Of other clips "
        "on either "
        "side, within criteria.",
        "hit rate (shown) − hit rate (not shown)",
        0.0,
    ),
    "still_gain": Term(
        "Still pictures",
        "What still pictures have over recordings: other clips and criteria, not paired.",
        "still − moving",
        0.0,
    ),
    "modality_index": Term(
        "Modality index",
        "The part of what is said of a clip in all that moves the verdict: 0 is the clip alone, 1 "
        "the cue alone.",
        "|b cue| / (|b truth| + |b cue|), of logit P(fault) = b truth + b cue + b polarity + criterion",
        0.5,
    ),
    "cue_shift": Term(
        "Shift by the cue",
        "How far a cue moves the judgement the way it pushes: P(fault), or the score in standard "
        "deviations of "
        "the true scores, on the same questions.",
        "",
        0.0,
    ),
    "cue_effect": _gain("Effect of the cue", "What the judge gains or loses with a cue beside the clip."),
    "strategy_gain": _gain("Gain by strategy", "What the strategy has over the plain one."),
    "thinking_gain": _gain("Gain by thinking", "What a model has over itself without thinking."),
    "ego_gain": Term(
        "Wearer's view",
        "What the wearer's camera has over those that look on: other clips of the same persons.",
        "ego − exo",
        0.0,
    ),
    "shots_gain": _gain("Gain by examples", "What examples have over none."),
    "shot_labels_gain": _gain(
        "Gain by their labels",
        "What true labels of the examples have over random ones. 0 is a judge that takes from them "
        "only how to "
        "answer.",
    ),
    **{
        f"{name}_gain_over_cells": Term(
            f"Gain over cells, {words}",
            "The mean gain of a strategy over all datasets, ways and models, with what one more of "
            "them would "
            "show.",
            "random effects (Paule–Mandel, Hartung–Knapp)",
            0.0,
        )
        for name, words in HEADLINES.items()
    },
    **{
        f"{name}_difference": Term(
            f"Difference in {words}",
            "What this judge has over the other one, on the questions that both answered.",
            "this − versus",
            0.0,
        )
        for name, words in HEADLINES.items()
    },
}
