"""The command that says what would be asked, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from aqa_eval.cli.added import NOTHING, Added, adds_a_judge, with_added
from aqa_eval.cli.application import Out, Root, Strict, StudyPath, app
from aqa_eval.cli.opening import fitting, looking, planned, say_what_is_wrong
from aqa_eval.cli.probing import Probe, probe_all, remember, with_remembered
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.prices import read_prices
from aqa_eval.ledger import FILE_NAME, Ledger
from aqa_eval.measures.power import smallest_effect
from aqa_eval.plan import Census, Plan
from aqa_eval.plan.workloads import assumed_sizes, workloads
from aqa_eval.pricing import Assumed, JudgePrice, price_plan
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Task

MEASURED_FROM = 20
"""Answers in the ledger from which their mean length and time stand in for what is assumed."""
REASONS_SHOWN = 12


@app.command(
    epilog="Examples: aqa-eval plan examples/quickstart.toml | "
    "aqa-eval plan study.toml --base-url http://127.0.0.1:8000/v1 --model NAME --probe"
)
@adds_a_judge()
def plan(
    study: StudyPath,
    out: Out = None,
    root: Root = None,
    strict: Strict = False,
    added: Added = NOTHING,
    prices: Annotated[
        Path | None, typer.Option(help="A price file (TOML) in place of the one that ships.")
    ] = None,
    expected_output: Annotated[
        float | None, typer.Option(help="Tokens of a typical answer, thinking included.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Seconds that a request takes.")] = None,
    characters_per_token: Annotated[
        float | None, typer.Option(help="Of words, by the endpoint's own tokenizer.")
    ] = None,
    ask_endpoints: Probe = False,
) -> None:
    """Say what will be asked of whom and what it costs, before anything is."""
    chosen, _ = with_added(
        read_study(study, root),
        added,
    )
    folder = out or Path("runs") / chosen.name
    if ask_endpoints:
        found = probe_all(chosen, folder)
        with Ledger.writing(folder) as ledger:
            remember(ledger, chosen, found)
    chosen = with_remembered(chosen, folder)
    made = fitting(planned(chosen, strict))
    census = made.census()
    say_what_is_wrong(made)
    for (dataset, task), count in census.items.items():
        clusters = census.clusters(dataset, task)
        typer.echo(
            f"{dataset}: {count:,} items to {task}, in {clusters:,} clusters{_effect(task, count, clusters)}"
        )
    for judge in made.respondents:
        typer.echo(f"{judge}: {census.trials[judge]:,} trials")
    given = Assumed(expected_output, None, seconds, measured=False, characters_per_token=characters_per_token)
    priced = _priced(made, census, prices, _assumed(made, folder, given))
    if priced:
        _tell(priced)
    _say_what_is_left_out(census)


def _effect(task: str, items: int, clusters: int) -> str:
    """The smallest effect that so many items can show, in words."""
    effect = smallest_effect(items, clusters)
    if task == Task.SCORE and effect.spearman is not None:
        return f"; can show a rank correlation of {effect.spearman:.2f} or more"
    if task in {Task.VERIFY, Task.COMPARE} and effect.balanced_accuracy is not None:
        said = f"; can show {0.5 + effect.balanced_accuracy:.2f} or more against chance (0.50)"
        if effect.paired is not None:
            said += f" and differences of {effect.paired:.2f} between two conditions"
        return said
    return ""


def _assumed(made: Plan, folder: Path, given: Assumed) -> dict[str, Assumed]:
    """What is assumed of each endpoint: as given, else as its answers so far have it."""
    endpoints = [n for n, r in made.respondents.items() if not PROTOCOLS[r.judge.protocol].reference]
    if given != Assumed() or not (folder / FILE_NAME).is_file():
        return dict.fromkeys(endpoints, given)
    found = {}
    with Ledger.reading(folder) as ledger:
        for name in endpoints:
            pace = ledger.pace(name)
            known = pace.answers >= MEASURED_FROM
            found[name] = Assumed(pace.tokens, None, pace.seconds, measured=True) if known else given
    return found


def _priced(
    made: Plan, census: Census, prices: Path | None, assumed: Mapping[str, Assumed]
) -> tuple[JudgePrice, ...]:
    seeing = looking(made.study)
    judges = {name: respondent.judge for name, respondent in made.respondents.items()}
    found = price_plan(workloads(made, census, seeing), judges, read_prices(prices), assumed)
    if found:
        for dataset, kind in assumed_sizes(census, seeing):
            sizes = "pictures of 796x448 and 5 s are assumed"
            typer.echo(f"{dataset}: none of its {kind} can be looked at; {sizes}", err=True)
    return found


def _tell(priced: tuple[JudgePrice, ...]) -> None:
    """The table of what is asked of endpoints, and what its numbers rest on."""
    table = Table(title="What it takes (estimated)", title_justify="left")
    for column in (
        "judge",
        "requests",
        "pictures",
        "tokens in",
        "tokens out",
        "US dollars",
        "hours",
        "upload",
    ):
        table.add_column(column, justify="left" if column == "judge" else "right")
    for one in priced:
        table.add_row(
            one.judge,
            f"{one.requests:,}",
            f"{one.pictures:,}",
            "?" if one.input_tokens is None else f"{one.input_tokens:,.0f}",
            f"{one.output_tokens.expected:,.0f} (at most {one.output_tokens.high:,.0f})",
            _dollars(one),
            f"{one.hours:.2f}",
            f"{one.uploaded_bytes / 1e6:,.0f} MB",
        )
    Console(width=None if Console().is_terminal else 160).print(table)
    for one in priced:
        for note in one.notes:
            typer.echo(f"{one.judge}: {note}")


def _dollars(one: JudgePrice) -> str:
    if one.dollars is None or one.dollars_at_most is None:
        return "?"
    return f"{one.dollars:,.2f} (at most {one.dollars_at_most:,.2f})"


def _say_what_is_left_out(census: Census) -> None:
    """What cannot be asked, with the reasons."""
    left_out = [(judge, count, reason) for (judge, reason), count in sorted(census.left_out.items())]
    for judge, count, reason in left_out[:REASONS_SHOWN]:
        typer.echo(f"{judge}: {count:,} left out: {reason}")
    if len(left_out) > REASONS_SHOWN:
        more = len(left_out) - REASONS_SHOWN
        typer.echo(f"{more} further reasons; the report lists all of them")
