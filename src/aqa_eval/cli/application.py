"""The application every command is registered with, and the options that several of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import aqa_eval

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

StudyPath = Annotated[Path, typer.Argument(help="The study file (TOML).", metavar="STUDY.toml")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Folder for ledger and report. [default: runs/<study name>]")
]
Root = Annotated[
    Path | None, typer.Option("--root", help="Where the dataset lies, in place of the study's own 'root'.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop at any problem of a dataset, instead of leaving records out.")
]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"aqa-eval {aqa_eval.__version__}")
        raise typer.Exit
