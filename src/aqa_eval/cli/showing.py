"""Commands after the asking: the report, and one trial whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aqa_eval import verdicts
from aqa_eval.cli.application import Out, Root, StudyPath, app
from aqa_eval.cli.opening import planned, recorded, store
from aqa_eval.cli.sheet import write_sheet
from aqa_eval.cli.tracing import telling
from aqa_eval.errors import StudyError, did_you_mean
from aqa_eval.ledger import Ledger, called
from aqa_eval.plan import condition_text, interference
from aqa_eval.prompts import transcript
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Answer, Request, TimeSpan, Trial, Truth, Verdict

UNCHECKED = (
    "Claims were not held against bodies that would first have to be looked for in recordings "
    "(--no-claim-checks): they are counted by kind, and stand as not checkable."
)


@app.command(epilog="Example: aqa-eval report examples/quickstart.toml")
def report(
    study: StudyPath,
    out: Out = None,
    root: Root = None,
    embed_restricted: Annotated[
        bool,
        typer.Option(
            "--embed-restricted",
            help="Show frames though their dataset's terms forbid passing them on: for your own eyes.",
        ),
    ] = False,
    no_claim_checks: Annotated[
        bool,
        typer.Option(
            "--no-claim-checks",
            help="Do not look for bodies in recordings, which takes hours over thousands of clips: what "
            "judges say they saw is counted, and checked only where the body is known.",
        ),
    ] = False,
) -> None:
    """Write the report of what was asked so far: report.html, findings.json, verdicts.csv and .parquet."""
    from aqa_eval.report import assemble, write  # drawing takes a second to import
    from aqa_eval.traces import claims_table

    plan, folder = recorded(study, out, root)
    shown = [dataset.name for dataset in plan.datasets] if embed_restricted else []
    with Ledger.reading(folder) as ledger:
        frames = store(plan.study)
        claims = claims_table(plan, ledger, frames, folder, telling(), search=not no_claim_checks)
        remarks = [UNCHECKED] if no_claim_checks else []
        contents = assemble(plan, ledger, frames.jpeg, shown, claims, remarks)
    write(contents, folder / "report.html")
    typer.echo(f"report: {folder / 'report.html'}")


@app.command(
    epilog="Examples: aqa-eval show examples/quickstart.toml 3f2a --frames frames/ | "
    "aqa-eval show examples/quickstart.toml --sheet sheet.jpg"
)
def show(
    study: StudyPath,
    trial: Annotated[str | None, typer.Argument(help="The trial's key, or its first letters.")] = None,
    out: Out = None,
    root: Root = None,
    frames: Annotated[
        Path | None, typer.Option(help="Write the frames that were sent into this folder.")
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            help="Write a contact sheet: one clip in every way the study shows it. Nothing is asked."
        ),
    ] = None,
    clip: Annotated[str | None, typer.Option(help="With --sheet: the clip. [default: the first]")] = None,
) -> None:
    """Show one trial: what was sent, what came back, how it was read, the truth; or how clips are shown."""
    if sheet is not None:
        plan = planned(read_study(study, root), strict=False)
        write_sheet(plan, store(plan.study), clip, sheet)
        return
    if trial is None:
        raise StudyError("name a trial (its key stands in the report and in verdicts.csv), or --sheet FILE")
    plan, folder = recorded(study, out, root)
    met = (own for one in plan.trials() for own in (one, one.parent) if own is not None)
    found = list({one.key: one for one in met if one.key.startswith(trial)}.values())
    if len(found) != 1:
        raise StudyError(
            f"trial '{trial}': {len(found)} trials of this study start with it; give more letters"
        )
    one = found[0]
    from aqa_eval.report.sent import sent

    with Ledger.reading(folder) as ledger:
        answer = ledger.answer(one.key)
        request = None if answer is None else sent(plan, ledger, one, answer)
        own = ledger.answer(one.parent.key) if one.parent else None
    if answer is None:
        raise StudyError(f"trial '{one.key}' was not asked yet; continue with: aqa-eval run {study}")
    verdict = verdicts.read(answer, one.item, one.condition, plan.coordinates(one.judge))
    _tell(one, request, answer, verdict)
    if own is not None:
        _tell_own(one, own, answer)
    if frames is not None:
        try:
            frames.mkdir(parents=True, exist_ok=True)
            for number, frame in enumerate(answer.manifest, start=1):
                picture = frames / f"{number:03d}_source{frame.number:06d}.jpg"
                picture.write_bytes(store(plan.study).jpeg(frame.digest))
        except OSError as error:
            raise StudyError(f"{frames}: the frames cannot be written there: {error.strerror}") from error


def _tell(trial: Trial, request: Request | None, answer: Answer, verdict: Verdict) -> None:
    """Print one trial, from what was asked to whether it was right."""
    from aqa_eval.report.visible import visible  # what a model wrote must not steer a terminal

    item = trial.item
    typer.echo(f"trial      {trial.key}\njudge      {trial.judge}\nitem       {item.id}")
    typer.echo(f"framing    {trial.condition.framing}")
    typer.echo(f"condition  {condition_text(trial.condition)}, repeat {trial.repeat}")
    if trial.shown != item.clips:
        typer.echo(f"shown      {', '.join(clip.id for clip in trial.shown)}, in place of the item's own")
    typer.echo()
    if request is not None:
        typer.echo(visible(f"{request.system}\n{transcript(request)}\n".lstrip()))
    for number, frame in enumerate(answer.manifest, start=1):
        size = f"{frame.width}x{frame.height}"
        typer.echo(
            f"picture {number}: source frame {frame.number}, {frame.time:.3f} s, {size}, {frame.digest}"
        )
    if answer.reasoning:
        typer.echo(f"\nreasoning  {answer.reasoning!r}")
    typer.echo(f"\nanswer     {answer.text!r}")
    if answer.usage.prompt is not None:
        typer.echo(f"tokens     {answer.usage.prompt} in, {answer.usage.completion} out")
    said = "" if verdict.judgement is None else f": {_in_words(verdict.judgement)}"
    typer.echo(f"verdict    {verdict.status}{said} {verdict.note}".rstrip())
    typer.echo(f"truth      {_in_words(trial.truth)}")
    if isinstance(verdict.judgement, bool | str):
        typer.echo(f"so it was  {'right' if verdict.judgement == trial.truth else 'wrong'}")


def _tell_own(trial: Trial, own: Answer, answer: Answer) -> None:
    """Print the answer that a probe interfered with, and what was done to it."""
    from aqa_eval.report.visible import visible

    typer.echo(f"\nprobe      {visible(interference(trial, answer))}")
    if trial.parent is not None and (reasoning := verdicts.trace(own, trial.parent.condition)):
        typer.echo(f"its own reasoning before that\n{visible(reasoning)}")
    typer.echo(f"its own answer before that\n{visible(own.text)}")


def _in_words(value: Truth) -> str:
    if isinstance(value, bool):
        return "the fault is present" if value else "no fault"
    return f"{value.start:.2f} to {value.end:.2f} s" if isinstance(value, TimeSpan) else str(value)


@app.command(epilog="Example: aqa-eval forget examples/quickstart.toml nope")
def forget(
    study: StudyPath,
    judge: Annotated[str, typer.Argument(help="A judge that was added with --base-url, as reports call it.")],
    out: Out = None,
) -> None:
    """Leave a judge that was added on the command line out of reports; what it answered is kept."""
    folder = out or Path("runs") / read_study(study).name
    with Ledger.writing(folder) as ledger:
        names = [called(options) for options in ledger.remembered_judges()]
        if not ledger.forget_judge(judge):
            raise StudyError(f"'{judge}' was not added on the command line: {did_you_mean(judge, names)}")
    typer.echo(f"{folder}: reports are made without '{judge}'; asking it again brings it back")
