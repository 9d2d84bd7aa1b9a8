"""The command `aqa-eval`. Thin: it reads options, calls one room after the other, and prints."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import orjson
import typer

import aqa_eval
from aqa_eval import verdicts
from aqa_eval.datasets import LOADERS, check
from aqa_eval.datasets import find as find_dataset
from aqa_eval.datasets.dataset import open_dataset
from aqa_eval.errors import AqaError, LedgerError, StudyError
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore, cache_folder
from aqa_eval.plan import Plan, condition_text, make_plan
from aqa_eval.prompts import transcript
from aqa_eval.run import Outcome, Studio, ask_all, display
from aqa_eval.study import Study, endpoint_host, read_study, with_endpoint
from aqa_eval.vocabulary import Answer, Request, Trial, Truth, Verdict

app = typer.Typer(
    name="aqa-eval",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Can this vision-language model be trusted to judge how well a person moves?",
    epilog="Exit codes: 0 done; 1 some trials have no answer; 2 something given is wrong; "
    "3 the ledger cannot be written or read; 130 stopped by Ctrl-C.",
)

REASONS_SHOWN = 5
INTERRUPTED = 130  # as shells count: 128 and the number of the signal SIGINT

StudyPath = Annotated[Path, typer.Argument(help="The study file (TOML).", metavar="STUDY.toml")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Folder for ledger and report. [default: runs/<study name>]")
]
Root = Annotated[
    Path | None, typer.Option("--root", help="Where the dataset lies, in place of the study's own 'root'.")
]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"aqa-eval {aqa_eval.__version__}")
        raise typer.Exit


@app.command(epilog="Example: aqa-eval init my-study.toml")
def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("study.toml"),
) -> None:
    """Write a commented study file to start from."""
    template = (files("aqa_eval") / "study_template.toml").read_text("utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template)
    except FileExistsError:
        raise StudyError(f"{path}: is there already; name another file") from None
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: written. Edit it, then: aqa-eval plan {path}")


@app.command(epilog="Example: aqa-eval datasets mtl-aqa --root ~/data/MTL-AQA")
def datasets(
    name: Annotated[str | None, typer.Argument(help="A dataset; without it, all are listed.")] = None,
    root: Annotated[Path | None, typer.Option("--root", help="The download to check.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the datasets, or check a download: counts, missing and malformed records, differences."""
    if name is None:
        for loader in LOADERS.values():
            typer.echo(f"{loader.name:<12} {loader.title} ({', '.join(loader.tasks)})")
        return
    dataset = open_dataset(find_dataset(name), root)
    text = orjson.dumps(check.as_json(dataset), option=orjson.OPT_INDENT_2).decode() if as_json else ""
    typer.echo(text or check.render(dataset))


@app.command(epilog="Example: aqa-eval plan examples/quickstart.toml")
def plan(study: StudyPath, root: Root = None) -> None:
    """Say what will be asked of whom, before anything is."""
    planned = _plan(read_study(study, root))
    census = planned.census()
    for (dataset, task), count in census.items.items():
        typer.echo(f"{dataset}: {count} items to {task}")
    for name in planned.respondents:
        typer.echo(f"{name}: {census.trials[name]} trials")
    for (judge, reason), count in sorted(census.left_out.items()):
        typer.echo(f"{judge}: {count} left out: {reason}")


@app.command(
    epilog="Examples: aqa-eval run examples/quickstart.toml | "
    "aqa-eval run examples/quickstart.toml --base-url http://127.0.0.1:8000/v1 --model NAME"
)
def run(
    study: StudyPath,
    out: Out = None,
    root: Root = None,
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
    planned = _plan(chosen)
    _say_where_frames_go(planned, send_restricted)
    with Ledger.writing(folder) as ledger:
        if given:
            ledger.remember_judge(str(name or model), given)
        try:
            outcome = asyncio.run(_ask(planned, ledger))
        except KeyboardInterrupt:
            typer.echo(
                "stopped; what was answered is kept, and the same command goes on from there", err=True
            )
            raise typer.Exit(INTERRUPTED) from None
    _conclude(outcome, study, folder, {"--out": out, "--root": root})


@app.command(epilog="Example: aqa-eval report examples/quickstart.toml")
def report(study: StudyPath, out: Out = None, root: Root = None) -> None:
    """Write the report of what was asked so far: report.html, findings.json, verdicts.csv and .parquet."""
    from aqa_eval.report import assemble, write  # drawing takes a second to import

    planned, folder = _recorded(study, out, root)
    with Ledger.reading(folder) as ledger:
        contents = assemble(planned, ledger, _store().jpeg)
    write(contents, folder / "report.html")
    typer.echo(f"report: {folder / 'report.html'}")


@app.command(epilog="Example: aqa-eval show examples/quickstart.toml 3f2a --frames frames/")
def show(
    study: StudyPath,
    trial: Annotated[str, typer.Argument(help="The trial's key, or its first letters.")],
    out: Out = None,
    root: Root = None,
    frames: Annotated[
        Path | None, typer.Option(help="Write the frames that were sent into this folder.")
    ] = None,
) -> None:
    """Show one trial: what was sent, what came back, how it was read, and the truth."""
    planned, folder = _recorded(study, out, root)
    found = [t for t in planned.trials() if t.key.startswith(trial)]
    if len(found) != 1:
        raise StudyError(
            f"trial '{trial}': {len(found)} trials of this study start with it; give more letters"
        )
    one = found[0]
    with Ledger.reading(folder) as ledger:
        answer = ledger.answer(one.key)
    if answer is None:
        raise StudyError(f"trial '{one.key}' was not asked yet; continue with: aqa-eval run {study}")
    request = planned.request(one, answer.manifest)
    verdict = verdicts.read(answer, one.item, one.condition)
    _tell(one, request, answer, verdict)
    if frames is not None:
        try:
            frames.mkdir(parents=True, exist_ok=True)
            for number, frame in enumerate(answer.manifest, start=1):
                picture = frames / f"{number:03d}_source{frame.number:06d}.jpg"
                picture.write_bytes(_store().jpeg(frame.digest))
        except OSError as error:
            raise StudyError(f"{frames}: the frames cannot be written there: {error.strerror}") from error


def main() -> None:
    """Run the command; what the user can mend is one message, not a traceback."""
    try:
        app()
    except LedgerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(3)
    except AqaError as error:
        print("\n".join(f"error: {line}" for line in str(error).splitlines()), file=sys.stderr)
        sys.exit(2)


def _plan(study: Study) -> Plan:
    return make_plan(study, _store().fingerprint)


def _store() -> FrameStore:
    return FrameStore(cache_folder(os.environ))


def _recorded(path: Path, out: Path | None, root: Path | None) -> tuple[Plan, Path]:
    """The plan with the judges that were added on the command line, and the study's folder."""
    study = read_study(path, root)
    folder = out or Path("runs") / study.name
    with Ledger.reading(folder) as ledger:
        # A judge that has since been written into the study is the study's.
        own = {judge.name for judge in study.judges}
        for options in ledger.remembered_judges():
            if options.get("name", options["model"]) in own:
                continue
            study = with_endpoint(study, options)
    return _plan(study), folder


def _tell(trial: Trial, request: Request, answer: Answer, verdict: Verdict) -> None:
    """Print one trial, from what was asked to whether it was right."""
    item = trial.item
    typer.echo(f"trial      {trial.key}\njudge      {trial.judge}\nitem       {item.id}")
    typer.echo(f"condition  {condition_text(trial.condition)}, repeat {trial.repeat}\n")
    typer.echo(f"{request.system}\n{transcript(request)}\n".lstrip())
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
    typer.echo(f"truth      {_in_words(item.truth)}")
    if isinstance(verdict.judgement, bool | str):
        typer.echo(f"so it was  {'right' if verdict.judgement == item.truth else 'wrong'}")


def _in_words(value: Truth) -> str:
    if isinstance(value, bool):
        return "the fault is present" if value else "no fault"
    return str(value)


async def _ask(planned: Plan, ledger: Ledger) -> Outcome:
    with display(ledger.spent) as watcher:
        async with Studio(_store()) as studio:
            return await ask_all(planned, ledger, studio, watcher)


def _say_where_frames_go(planned: Plan, send_restricted: bool) -> None:
    """Before the first request: which endpoints beyond this machine are sent frames, and may they be?"""
    if not planned.wanted():
        return
    remote = [j for j in planned.study.judges if endpoint_host(j)]
    forbidden = [d.name for d in planned.datasets if not d.terms.may_send]
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
