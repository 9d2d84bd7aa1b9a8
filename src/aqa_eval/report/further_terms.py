"""What the measures of confidence, ceilings, comparisons, mending and cost are called on the page, as the
arguments of `glossary.Term`: name, meaning, formula, the line of no effect.
"""

from __future__ import annotations

from collections.abc import Mapping

Told = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, float | None]

FURTHER: Mapping[str, Told] = {
    "f1": (
        "F1 of faults",
        "Between how many faults are found and how many of its “fault”s are ones. It moves with how common "
        "faults are; its line is what saying “fault” every time would get.",
        "2 hits / (2 hits + misses + false alarms)",
    ),
    "macro_f1": (
        "Macro-F1",
        "The mean of the F1 of faults and that of faultless clips. It moves with how common faults are.",
    ),
    "mcc": (
        "Matthews’ correlation",
        "The correlation of truth and answer; 0 for a judge that always says the same.",
        "",
        0.0,
    ),
    "first_bias": (
        "Pull of the first place",
        "How much more often than half the time what is shown first is preferred, whichever is better.",
        "(P(first | first better) + P(first | second better)) / 2 − ½",
        0.0,
    ),
    "order_consistency": (
        "Same in both orders",
        "The share of pairs in which the same performance is preferred in both orders; tossing a coin gives "
        "0.5.",
    ),
    "d_prime_gain_of_pairs": (
        "Gain of comparing, d′",
        "What comparing two clips shows beyond judging the same clips one at a time, on one scale of sight.",
        "(z(H) − z(F)) / √2 of pairs − (z(H) − z(F)) one at a time",
        0.0,
    ),
    "noticeable_gap": (
        "Just-noticeable gap",
        "How far two performances must be apart until three of four comparisons are right, by a fitted curve "
        "of accuracy over the gap. A gap beyond those shown is never given as a number.",
    ),
    "tournament_spearman": (
        "Spearman ρ of the tournament",
        "Whether the ranking that all comparisons together give (Bradley–Terry) is the true one.",
        "",
        0.0,
    ),
    "overconfidence": (
        "Overconfidence",
        "How much surer the judge is than it is right; below 0 it is less sure.",
        "mean confidence − accuracy",
        0.0,
    ),
    "ece": (
        "Calibration error (ECE)",
        "How far confidence and accuracy are apart, on average over bins of as many answers each. It is "
        "never 0 on finite data: its line is what a judge whose every confidence is true stays under in 95 "
        "of 100 cases.",
        "Σ (answers in bin / answers) · |mean confidence − accuracy|",
    ),
    "brier_skill": (
        "Brier skill",
        "How much better the confidence foretells being right than always stating the accuracy would.",
        "1 − Brier / Brier of stating the accuracy",
        0.0,
    ),
    "confidence_auroc": (
        "AUROC of confidence",
        "How often a right answer is given with more confidence than a wrong one; 0.5 says nothing.",
        "",
        0.5,
    ),
    "fault_auroc": (
        "AUROC of faults",
        "How often a clip with the fault gets a higher probability of it than one without, taken per "
        "criterion: what any threshold could make of the judge’s probabilities.",
        "",
        0.5,
    ),
    "selective_gain": (
        "Gain by abstaining",
        "How much fewer answers are wrong if only the surest are used, on average over how many are used.",
        "risk of all − mean risk over coverages (AURC)",
        0.0,
    ),
    "ppv": (
        "Worth of “fault”",
        "Of its “fault”s, the share that would be faults where faults are as common as the study says. A "
        "judge that sees nothing has that share itself.",
        "prevalence · sensitivity / P(says fault)",
    ),
    "npv": (
        "Worth of “no fault”",
        "Of its “no fault”s, the share that would be none, where faults are as common as the study says.",
        "(1 − prevalence) · specificity / P(says no fault)",
    ),
    "severity_missed": (
        "Severity missed",
        "The share of all severity of faults that the judge leaves unblamed. Its line is the share of faults "
        "that it does.",
        "Σ severity of missed faults / Σ severity of faults",
    ),
    "rater_alpha": (
        "Agreement of raters",
        "Krippendorff’s alpha: 1 all agree, 0 as much as marks drawn by lot.",
        "1 − disagreement observed / disagreement expected",
        0.0,
    ),
    "human_ceiling": (
        "Human ceiling",
        "The headline measure of a rater against the others, each rater left out in turn.",
    ),
    "share_of_ceiling": (
        "Share of the human ceiling",
        "How much of what a rater reaches beyond no sight the judge reaches: 0 is no sight, 1 is a rater.",
        "(judge − chance) / (rater − chance)",
        1.0,
    ),
    "icc": (
        "Reliability of one rater",
        "The share of what one rater’s marks vary that is the performance.",
        "ICC(1)",
        0.0,
    ),
    "reliability_of_the_mean": (
        "Reliability of the label",
        "The same of the mean of all raters, which is the label.",
        "ICC(k)",
        0.0,
    ),
    "spearman_corrected": (
        "Spearman ρ, label without noise",
        "What rank correlation would be were the label free of the raters’ noise. It may be above 1, which "
        "says that the reliability is taken too low.",
        "ρ / √(reliability of the label)",
        0.0,
    ),
    "balanced_accuracy_unanimous": (
        "Balanced accuracy, all agree",
        "Only where all raters agree.",
        "",
        0.5,
    ),
    "balanced_accuracy_majority": (
        "Balanced accuracy, majority",
        "Against what most raters saw.",
        "",
        0.5,
    ),
    "balanced_accuracy_soft": (
        "Balanced accuracy, soft labels",
        "Each clip counts as faulty by the share of raters who saw the fault; nobody reaches 1.",
        "",
        0.5,
    ),
    "blind_balanced_accuracy": (
        "Without a picture: balanced accuracy",
        "What is right though nothing was shown.",
        "",
        0.5,
    ),
    "blind_choice_skill": (
        "Without a picture: choice skill",
        "What is chosen rightly though nothing was shown.",
        "",
        0.0,
    ),
    "blind_spearman": (
        "Without a picture: Spearman ρ",
        "Whether performances are ordered though nothing was shown, within events where there are any.",
        "",
        0.0,
    ),
    "blind_beyond_records": (
        "Known beyond the records",
        "The headline measure without a picture, less that of a judge that is told the records (event, code, "
        "difficulty). Above 0 is consistent with recall, and no proof of it.",
        "",
        0.0,
    ),
    "mirror_excess_flips": (
        "Flips by mirroring",
        "How much more often the answer changes when the picture is mirrored than when it is asked again.",
        "",
        0.0,
    ),
    "mitigation_gain": (
        "Gain of mending",
        "Balanced accuracy of a decision made afterwards from the same answers, less that of the plain one. "
        "It gives no sight: d′ stands beside it.",
        "",
        0.0,
    ),
    "tokens_per_trial": ("Tokens a trial", "Tokens read and written, as the server counted them."),
    "requests_per_known_answer": (
        "Requests a known answer",
        "Requests for every answer that is known and not guessed.",
        "requests / (answers · (BA − 1/K) / (1 − 1/K))",
    ),
    "choice_skill_bounds": (
        "Choice skill, bounds",
        "How far the failures could move choice skill: all of them wrong to all of them right.",
    ),
    "spearman_bounds": (
        "Spearman ρ, bounds",
        "How far the failures could move rank correlation, whatever scores they would have been.",
    ),
}
"""Measure -> what it is called, what it means, its formula, and its line of no effect."""
