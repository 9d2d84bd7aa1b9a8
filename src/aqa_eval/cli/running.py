"""The command that asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.cli.application import Out, Root, Strict, StudyPath, app
from aqa_eval.cli.opening import planned, say_what_is_wrong, store
from aqa_eval.errors import StudyError
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan
from aqa_eval.run import Outcome, Studio, ask_all, display
from aqa_eval.study import endpoint_host, read_study, with_endpoint

REASONS_SHOWN = 5
INTERRUPTED = 130  # as shells count: 128 and the number of the signal SIGINT


@app.command(
    epilog="Examples: aqa-eval run examples/quickstart.toml | "
    "aqa-eval run examples/quickstart.toml --base-url http://127.0.0.1:8000/v1 --model NAME"
)
def run(
    study: StudyPath,
    out: Out = None,
    root: Root = None,
    strict: Strict = False,
    base_url: Annotated[
        str | None, typer.Option(help="Add a judge: the address of an OpenAI-style endpoint (.../v1).")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The added judge's model, as its endpoint calls it.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What reports call the added judge. [default: its model]")
    ] = None,
    api_key_env: Annotated[
        str | None, typer.Option(help="The environment variable that holds the added judge's API key.")
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens in one of its answers.")] = None,
    temperature: Annotated[float | None, typer.Option(help="Its sampling temperature.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Requests open at once. [default: 8]")] = None,
    timeout: Annotated[
        float | None, typer.Option(help="Seconds to wait for one answer. [default: 600]")
    ] = None,
    retries: Annotated[int | None, typer.Option(help="Attempts after the first. [default: 5]")] = None,
    send_restricted: Annotated[
        bool,
        typer.Option("--send-restricted", help="Send frames whose terms forbid it to a remote endpoint."),
    ] = False,
) -> None:
    """Ask. The same command again continues where it stopped; what was answered is never asked twice."""
    chosen = read_study(study, root)
    folder = out or Path("runs") / chosen.name
    added: dict[str, object] = {
        "base_url": base_url,
        "model": model,
        "name": name,
        "api_key_env": api_key_env,
        "max_tokens": max_tokens,
        "temperature": temperature,
        "concurrency": concurrency,
        "timeout": timeout,
        "retries": retries,
    }
    given = {option: value for option, value in added.items() if value is not None}
    if given and not (base_url and model):
        raise StudyError("--base-url and --model add a judge together; both are needed")
    if given:
        chosen = with_endpoint(chosen, given)
    if not chosen.judges:
        raise StudyError(f"{study}: no judge to ask; add a [[judge]], or --base-url URL --model NAME")
    plan = planned(chosen, strict)
    _say_where_frames_go(plan, send_restricted)
    say_what_is_wrong(plan)
    with Ledger.writing(folder) as ledger:
        if given:
            ledger.remember_judge(str(name or model), given)
        try:
            outcome = asyncio.run(_ask(plan, ledger))
        except KeyboardInterrupt:
            typer.echo(
                "stopped; what was answered is kept, and the same command goes on from there", err=True
            )
            raise typer.Exit(INTERRUPTED) from None
    _conclude(outcome, study, folder, {"--out": out, "--root": root})


async def _ask(plan: Plan, ledger: Ledger) -> Outcome:
    with display(ledger.spent) as watcher:
        async with Studio(store(plan.study)) as studio:
            return await ask_all(plan, ledger, studio, watcher)


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
    counts = ", ".join(f"{count} {status}" for status, count in sorted(outcome.statuses.items()))
    typer.echo(f"asked now: {counts or 'nothing, all was answered before'}", err=True)
    for reason, count in outcome.reasons.most_common(REASONS_SHOWN):
        typer.echo(f"{count} x {reason}", err=True)
    for name, why in outcome.stopped.items():
        typer.echo(f"stopped: judge '{name}': {why}", err=True)
    where = "".join(f" {option} {value}" for option, value in given.items() if value is not None)
    typer.echo(f"{folder}: next, aqa-eval report {study}{where}", err=True)
    unanswered = outcome.missing + outcome.errors
    if unanswered:
        typer.echo(f"{unanswered} trials have no answer; the same command asks them again", err=True)
        raise typer.Exit(1)
