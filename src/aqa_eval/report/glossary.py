"""What every measure is called on the page, and what it means in a sentence and a formula.

A measure that is not listed here is shown under its own name: a new finding needs no change in this room.
"""

from __future__ import annotations

from collections.abc import Mapping

from aqa_eval.report.difference_terms import DIFFERENCES
from aqa_eval.report.further_terms import FURTHER
from aqa_eval.report.term import Term

__all__ = ["NOTIONS", "TERMS", "Term", "order", "title"]


TERMS: Mapping[str, Term] = {
    "balanced_accuracy": Term(
        "Balanced accuracy",
        "How often the judge is right when faulty and faultless clips count the same, taken per criterion "
        "and averaged over criteria without weights. Saying always the same gives exactly 0.5.",
        "(sensitivity + specificity) / 2",
        0.5,
    ),
    "control_accuracy": Term(
        "Control",
        "How often the judge is right on an easy question that only a broken road fails. Guessing gives 0.25 "
        "for the movement and the number, 0.5 for the order.",
    ),
    "pose_coverage": Term(
        "Clips with a body",
        "The share of clips in which the pose network found the body in enough of the frames shown.",
    ),
    "mean_coverage": Term("Mean coverage", "Of the frames shown, the share in which the body was found."),
    "clips_left_out": Term(
        "Clips left out", "Clips in which the body was found in too few frames, or in none."
    ),
    "clips_with_nobody": Term(
        "Clips with nobody",
        "Of those left out, the clips about which nothing was asked, since nobody was found in them or in an "
        "example to be shown before.",
    ),
    "balanced_accuracy_range": Term(
        "Range over wordings",
        "How far balanced accuracy moves when the same questions are put in other words. The noise floor is "
        "what wordings that mean nothing would reach in 95 of 100 cases.",
    ),
    "temporal_iou": Term(
        "Temporal overlap",
        "How well the time span that the judge names meets the true one: 0 they do not touch, 1 they are the "
        "same.",
        "seconds in both spans / seconds in either",
    ),
    "always_the_same": Term(
        "Always the same",
        "The temporal overlap that one span for every clip would reach without any sight: the mean true "
        "start and end of the same criterion in the other clusters.",
    ),
    "said_tie": Term("Said tie", "Of the pairs that were compared, the share in which a draw was declared."),
    "choice_skill": Term(
        "Choice skill",
        "How much better than chance the judge picks the right one of several options, or the better of two "
        "performances; 0 is chance, 1 always right. Saying always the same gives exactly 0.",
        "(BA − 1/K) / (1 − 1/K), where BA is the mean, over the K answers that are true of some clip, of "
        "the share in which the judge gives it",
        0.0,
    ),
    "said_first": Term(
        "Said first",
        "Of the pairs that were compared, the share in which the judge preferred the one shown first. The "
        "better one is first in half of them.",
    ),
    "sensitivity": Term(
        "Sensitivity",
        "Of the clips that show the fault, the share in which the judge says so.",
        "faults called / clips with the fault",
    ),
    "specificity": Term(
        "Specificity",
        "Of the clips without the fault, the share the judge leaves unblamed.",
        "clips rightly spared / clips without the fault",
    ),
    "correctness_bias": Term(
        "Correctness bias",
        "How much more often the judge agrees that a movement is right than that it is wrong, on the same "
        "truth-balanced clips. Above 0: it says “correct” whatever is shown.",
        "(P₊ − P₋) / 2, where P is the probability of answering True, averaged over both truths with equal "
        "weight, to the requirement (₊) and to the fault (₋)",
        0.0,
    ),
    "acquiescence": Term(
        "Acquiescence",
        "How much more often than half the time the judge answers True, whatever the statement says.",
        "(P₊ + P₋) / 2 − ½",
        0.0,
    ),
    "d_prime": Term(
        "d′ (sight)",
        "How well the judge tells a faulty from a faultless clip, free of any bias towards an answer; 0 is "
        "blind, 1 modest, 3 sharp. Taken per criterion with the log-linear correction.",
        "z(hit rate) − z(false-alarm rate)",
        0.0,
    ),
    "c": Term(
        "c (reluctance)",
        "How reluctant the judge is to say “fault”, in the unit of d′; 0 is even-handed, above 0 lenient.",
        "−(z(hit rate) + z(false-alarm rate)) / 2",
        0.0,
    ),
    "correctness_bias_z": Term(
        "Correctness bias, z",
        "The same in the unit of d′, in which it does not shrink as sight grows.",
        "(c₊ + c₋) / 2, with c the reluctance to say “fault” when the requirement (₊) or fault (₋) is put",
        0.0,
    ),
    "acquiescence_z": Term(
        "Acquiescence, z",
        "The same in the unit of d′, in which it does not shrink as sight grows.",
        "(c₊ − c₋) / 2",
        0.0,
    ),
    "spearman": Term(
        "Spearman ρ",
        "Whether the judge puts performances in the right order, whatever numbers it gives. Within an event "
        "where there are events. Giving always the same number counts as 0.",
        "Pearson correlation of ranks",
        0.0,
    ),
    "spearman_pooled": Term(
        "Spearman ρ, pooled",
        "The same over all clips at once. Where events differ in level, knowing the event alone lifts it.",
        "",
        0.0,
    ),
    "r_l2": Term(
        "R-ℓ2 ×100",
        "The mean squared error relative to the range of true scores; smaller is better. It can be made "
        "small by guessing the average, so it is read together with skill.",
        "100/N · Σ ((ŷ − y) / (y_max − y_min))²",
    ),
    "skill": Term(
        "Skill",
        "The share of the squared error that is saved compared with guessing the mean every time. 0 is no "
        "better than that, below 0 worse.",
        "1 − R-ℓ2 / R-ℓ2(mean) = 2rs − s² − b², with s the ratio of spreads (judge to truth), r the "
        "Pearson correlation, b the offset of means in units of the true spread",
        0.0,
    ),
    **DIFFERENCES,
    "failure_rate": Term(
        "Failure rate",
        "The share of trials without a readable verdict: unparsed, refused, truncated, or an error. They are "
        "counted, never guessed and never dropped.",
        "failures / trials",
    ),
    "balanced_accuracy_bounds": Term(
        "Balanced accuracy, bounds",
        "How far the failures could move the balanced accuracy: from the lower limit with all of them wrong "
        "to the upper with all of them right.",
    ),
    "observation_share": Term(
        "Observations",
        "Of what the judge’s words claim, the share that says what was seen, corrected for the errors that "
        "the reader makes on labelled sentences. Claims are read by published words (docs/traces.md).",
        "the mix p of kinds whose Cᵀp is nearest to the shares as read; C: how labelled kinds are read",
    ),
    "rule_share": Term("Rules restated", "Of the claims, the share that says how it ought to be."),
    "prior_share": Term(
        "Priors",
        "Of the claims, the share that argues from what is usual, from the level of the competition or from "
        "the name of the movement, and not from the clip.",
    ),
    "hedge_share": Term("Hedges", "Of the claims, the share that says that it cannot be told."),
    "as_read": Term("As read", "The share before it is corrected for the reader’s own errors."),
    "labelled": Term("Labelled", "How many labelled sentences the correction rests on."),
    "reader_sensitivity": Term(
        "Reader’s sensitivity", "Of the labelled claims of the kind, the share that is read as such."
    ),
    "lines_without_claim": Term(
        "Lines without a claim", "How many lines before the last claim of their text were read as no claim."
    ),
    "supported_share": Term(
        "Observations that are so",
        "Of the observations that geometry decides, the share that the body bears out. Beside it how much of "
        "the same words would be so of another clip of the criterion.",
    ),
    "observations": Term("Observations", "How many observations were read."),
    "checkable": Term("Checkable", "The share of the observations that geometry decides."),
    "supported_first_third": Term(
        "First third", "The share that is so, of observations in the first third of a text."
    ),
    "supported_middle_third": Term(
        "Middle third", "The share that is so, of observations in the middle third."
    ),
    "supported_last_third": Term("Last third", "The share that is so, of observations in the last third."),
    "supported_in_look": Term("In <look>", "The share that is so, of observations in the step <look>."),
    "supported_in_decompose": Term("In <decompose>", "The share that is so, of observations in that step."),
    "supported_in_analyse": Term("In <analyse>", "The share that is so, of observations in that step."),
    "cited_points": Term(
        "Cited points",
        "Of the points that the judge cites, the share that lies at the body part it names (PCK: within 0.2 "
        "of the trunk’s length). Beside it how many would in another clip of the criterion.",
    ),
    "cited_times": Term(
        "Cited times", "Of the times that the judge cites, the share in which the fault can be seen."
    ),
    "swap_survival": Term(
        "Words follow the clip",
        "Of claims that are true of one clip and false of the one shown in its place: how much more often "
        "the judge repeats them, asked again about the same clip, than about the other. 0: its words do not "
        "follow the clip; 1: they follow it alone.",
        "survives asking again − survives the swap",
        0.0,
    ),
    "claims_that_differ": Term(
        "Claims that differ", "How many claims are true of one clip and false of the other."
    ),
    "survives_asking_again": Term("Repeated", "The share of them made again about the same clip."),
    "survives_swap": Term("Survives swap", "The share of them made about the other clip too."),
    "grounded_accuracy": Term(
        "Grounded accuracy",
        "The share of answers that are right and whose evidence holds: something of it can be checked, and "
        "nothing of what can be is wrong. Its chance line takes the evidence from another clip.",
    ),
    "accuracy": Term("Accuracy", "The share of answers that are right."),
    "evidence_holds": Term("Evidence holds", "The share of answers whose evidence holds, right or wrong."),
    "evidence_checkable": Term(
        "Evidence checkable", "The share of answers of whose evidence anything can be checked."
    ),
    "of_own_clip": Term(
        "Of its own clip",
        "The share that holds of the clip it was said of, of what another clip decides too.",
    ),
    "difference": Term(
        "Difference", "How much more of it holds of its own clip than of another, claim by claim."
    ),
    "difference_low": Term("Difference, low", "The lower limit of that difference (95%)."),
    "difference_high": Term("Difference, high", "The upper limit of that difference (95%)."),
    "masked_cited_effect": Term(
        "Masking what it cited",
        "How much more often the answer changes when what was cited is masked than when as much is masked "
        "elsewhere.",
        neutral=0.0,
    ),
    "truncated_effect": Term(
        "Reasoning cut short",
        "How much more often the answer changes when the reasoning is cut short than when the question is "
        "asked again.",
        neutral=0.0,
    ),
    "corrupted_effect": Term(
        "Reasoning made wrong",
        "How much more often the answer changes when the reasoning is made wrong than when the question is "
        "asked again.",
        neutral=0.0,
    ),
    "changed": Term("Changed", "The share of answers that the interference changes."),
    "changed_by_control": Term("Changed by control", "The share of answers that its control changes."),
    "covert_failures": Term(
        "Covert failures",
        "The share of answers that are wrong, at least 80% sure, and give a claim about the clip that "
        "geometry contradicts: nothing in the answer tells that it is wrong.",
    ),
    "at_least": Term("At least", "The share if no answer that is not known to be one was one."),
    "at_most": Term("At most", "The share if every wrong answer that may be one was one."),
    "wrong": Term("Wrong", "The share of answers that are wrong."),
    "without_confidence": Term("No confidence", "The share of answers that give none."),
    "confident_errors": Term(
        "Confident errors",
        "Of the answers that state a confidence, the share that is wrong and at least 80% sure.",
    ),
    "nothing_checkable": Term(
        "Nothing checkable",
        "The share of answers that say something of the clip, none of which can be checked.",
    ),
    **{name: Term(*told) for name, told in FURTHER.items()},
}

NOTIONS: Mapping[str, Term] = {
    "interval": Term(
        "95% interval",
        "Where the value lies with 95% confidence. Clips of the same person or event resemble each other, so "
        "whole clusters are resampled, never single clips; with few clusters the jackknife with Student’s t "
        "is used.",
    ),
    "noise_floor": Term(
        "Noise floor",
        "How far from chance a judge that knows nothing would still land by luck, with this many clips "
        "and clusters: the half-width of its 95% interval. An effect smaller than this cannot be seen by "
        "this study.",
    ),
    "clusters": Term(
        "n and clusters",
        "n counts the trials that gave a verdict; clusters the independent groups (person, recording, event) "
        "they come from. A result marked fragile rests on too few clusters to be relied on.",
    ),
    "reference": Term(
        "Reference judges",
        "Yardsticks that go the same road as a model: constant (always the same answer), prior (the "
        "commonest answer or the mean of the training split), metadata (what event, movement code and "
        "difficulty let one expect, without looking), pose-rules (joint angles measured by a pose network, "
        "no truth seen), human (each rater held against the others). A simulated judge does see the truth "
        "and answers with planted parameters: it shows that the measures find what was planted, and says "
        "nothing about any model.",
    ),
    "framing": Term(
        "Requirement and fault",
        "Each criterion can be put in two ways: as a requirement (how it should be; True is right when there "
        "is no fault) and as a fault (how it goes wrong; True is right when there is one).",
    ),
}


def title(measure: str) -> str:
    """The name of `measure` on the page."""
    term = TERMS.get(measure)
    return term.title if term else measure.replace("_", " ")


def order(measure: str) -> int:
    """Where `measure` stands among the columns of a table; unknown ones last."""
    return list(TERMS).index(measure) if measure in TERMS else len(TERMS)
