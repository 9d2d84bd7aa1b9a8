"""The command that asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.cli.added import NOTHING, Added, adds_a_judge, with_added
from aqa_eval.cli.application import Out, Root, Strict, StudyPath, app
from aqa_eval.cli.opening import fitting, looking, planned, say_what_is_wrong, store
from aqa_eval.cli.probing import Probe, probe_all, remember, with_remembered
from aqa_eval.errors import StudyError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.prices import Tariff, read_prices, tariff
from aqa_eval.ledger import Ledger, called
from aqa_eval.plan import Plan
from aqa_eval.plan.workloads import dearest_requests
from aqa_eval.run import MAY_BE_BILLED, Budget, Outcome, Studio, already_spent, ask_all, display
from aqa_eval.study import endpoint_host, priced, probed, read_study
from aqa_eval.vocabulary import Status

REASONS_SHOWN = 5
INTERRUPTED = 130  # as shells count: 128 and the number of the signal SIGINT


@app.command(
    epilog="Examples: aqa-eval run examples/quickstart.toml | "
    "aqa-eval run examples/quickstart.toml --base-url http://127.0.0.1:8000/v1 --model NAME"
)
@adds_a_judge()
def run(
    study: StudyPath,
    out: Out = None,
    root: Root = None,
    strict: Strict = False,
    added: Added = NOTHING,
    max_cost: Annotated[
        float | None,
        typer.Option(
            help="US dollars that the judges of this run may cost, their earlier runs into the same folder "
            "counted; no request is sent that is expected to pass it."
        ),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(help="A price file (TOML) in place of the one that ships.")
    ] = None,
    ask_endpoints: Probe = False,
    send_restricted: Annotated[
        bool,
        typer.Option("--send-restricted", help="Send frames whose terms forbid it to a remote endpoint."),
    ] = False,
) -> None:
    """Ask. The same command again continues where it stopped; what was answered is never asked twice."""
    if max_cost is not None and not 0 <= max_cost < float("inf"):
        raise StudyError(f"--max-cost: {max_cost:g} is no sum to keep to; give US dollars, 0 or more")
    chosen = read_study(study, root)
    folder = out or Path("runs") / chosen.name
    chosen, given = with_added(chosen, added)
    if not chosen.judges:
        raise StudyError(f"{study}: no judge to ask; add a [[judge]], or --base-url URL --model NAME")
    found = probe_all(chosen, folder) if ask_endpoints else {}
    chosen = probed(chosen, found) if ask_endpoints else with_remembered(chosen, folder)
    tariffs = {judge.name: tariff(judge, read_prices(prices)) for judge in chosen.judges}
    plan = fitting(planned(priced(chosen, tariffs), strict))
    for (dataset, judge, task, *_), reason in plan.unfit.items():
        typer.echo(f"{judge}: not asked to {task} {dataset}: {reason}", err=True)
    _say_where_frames_go(plan, send_restricted)
    say_what_is_wrong(plan)
    with Ledger.writing(folder) as ledger:
        ledger.remember_unfit(plan.unfit, plan.respondents.keys())
        remember(ledger, chosen, found)
        budget = _budget(plan, ledger, tariffs, max_cost)
        if given:
            _remember(ledger, given)
        try:
            outcome = asyncio.run(_ask(plan, ledger, budget))
        except KeyboardInterrupt:
            typer.echo(
                "stopped; what was answered is kept, and the same command goes on from there", err=True
            )
            raise typer.Exit(INTERRUPTED) from None
    _conclude(outcome, study, folder, {"--out": out, "--root": root})


def _remember(ledger: Ledger, given: Mapping[str, object]) -> None:
    """Keep the judge that was added, and say so where it takes another's place in reports."""
    name = called(given)
    before = next((one for one in ledger.remembered_judges() if called(one) == name), given)
    if any(before.get(option) != given.get(option) for option in ("model", "temperature", "max_tokens")):
        typer.echo(
            f"note: '{name}' was asked with other settings before; reports show it with these. To keep both, "
            "give one of them a --name of its own",
            err=True,
        )
    ledger.remember_judge(name, given)


async def _ask(plan: Plan, ledger: Ledger, budget: Budget | None) -> Outcome:
    with display(ledger.spent) as watcher:
        async with Studio(store(plan.study)) as studio:
            return await ask_all(plan, ledger, studio, watcher, budget=budget)


def _budget(
    plan: Plan, ledger: Ledger, tariffs: Mapping[str, Tariff | None], limit: float | None
) -> Budget | None:
    """What may be spent; None without a limit. Raises StudyError where a judge's price is not known."""
    if limit is None:
        return None
    endpoints = [n for n, r in plan.respondents.items() if not PROTOCOLS[r.judge.protocol].reference]
    charged = {name: tariff for name, tariff in tariffs.items() if tariff is not None}
    for name in endpoints:
        if name not in charged:
            raise StudyError(
                f"--max-cost: the price of judge '{name}' is not known; set its price = {{ input = ..., "
                "output = ... } (US dollars for a million tokens), or give a price file with --prices"
            )
    estimated = dearest_requests(plan, looking(plan.study), list(charged.values()))
    spent, expected = 0.0, {}
    for name in endpoints:
        lost = ledger.attempts(name, MAY_BE_BILLED)
        cost, most = already_spent(charged[name], ledger.usages(name), lost, estimated.get(name, 0.0))
        spent += cost
        expected[name] = most
    return Budget(limit, charged, spent, expected)


def _say_where_frames_go(plan: Plan, send_restricted: bool) -> None:
    """Before the first request: which endpoints beyond this machine are sent frames, and may they be?"""
    if not plan.shows_pictures():
        return
    remote = [j for j in plan.study.judges if endpoint_host(j)]
    forbidden = [d.name for d in plan.datasets if not d.terms.may_send]
    for judge in remote:
        typer.echo(
            f"note: frames leave this machine for {endpoint_host(judge)} (judge '{judge.name}')", err=True
        )
    if remote and forbidden and not send_restricted:
        raise StudyError(
            f"the terms of {', '.join(forbidden)} do not allow frames to be sent to others, and "
            f"'{remote[0].name}' is not on this machine; if it is yours, add --send-restricted"
        )


def _conclude(outcome: Outcome, study: Path, folder: Path, given: Mapping[str, Path | None]) -> None:
    unasked = {Status.UNSEEN, Status.UNPROBED}
    asked = {status: count for status, count in outcome.statuses.items() if status not in unasked}
    counts = ", ".join(f"{count} {status}" for status, count in sorted(asked.items()))
    idle = not (outcome.statuses or outcome.stopped)
    nothing = "nothing, all was answered before" if idle else "nothing"
    typer.echo(f"asked now: {counts or nothing}", err=True)
    if unseen := outcome.statuses[Status.UNSEEN]:
        typer.echo(f"{unseen} unseen: not asked, since nobody was found in what was to be shown", err=True)
    if unprobed := outcome.statuses[Status.UNPROBED]:
        why = "the judge's own answer has nothing that the probe could interfere with"
        typer.echo(f"{unprobed} unprobed: not asked, since {why}", err=True)
    for reason, count in outcome.reasons.most_common(REASONS_SHOWN):
        typer.echo(f"{count} x {reason}", err=True)
    for name, why in outcome.stopped.items():
        said = why if why.startswith(f"judge '{name}'") else f"judge '{name}': {why}"
        typer.echo(f"stopped: {said}", err=True)
    where = "".join(f" {option} {value}" for option, value in given.items() if value is not None)
    typer.echo(f"{folder}: next, aqa-eval report {study}{where}", err=True)
    unanswered = outcome.missing + outcome.errors
    if unanswered:
        typer.echo(f"{unanswered} trials have no answer; the same command asks them again", err=True)
        raise typer.Exit(1)
