"""What endpoints say they can do: asked with `--probe`, kept in the ledger, counted on by every command."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from aqa_eval.judges.probing import probe
from aqa_eval.ledger import FILE_NAME, Ledger
from aqa_eval.study import Study, probed
from aqa_eval.vocabulary import Capabilities

Probe = Annotated[
    bool,
    typer.Option("--probe", help="Ask every endpoint what it can do, with a few tiny requests; it is kept."),
]


def with_remembered(study: Study, folder: Path) -> Study:
    """The study with what its endpoints said when they were probed; what it declares itself holds."""
    return probed(study, _remembered(study, folder))


def probe_all(study: Study, folder: Path) -> dict[str, Capabilities]:
    """What the study's endpoints can do, asked of each now; what one does not settle is taken from before.

    A judge that was asked already stays with the form its answers were held to: it is part of what was
    asked, and those answers could not be found again.
    """
    known = _remembered(study, folder)
    found: dict[str, Capabilities] = {}
    for judge in study.judges:
        if judge.protocol != "openai":
            continue
        before = known.get(judge.name, Capabilities())
        result = asyncio.run(probe(replace(judge, capabilities=before)))
        for question, said in result.words.items():
            typer.echo(f"{judge.name}: {question}: {said}", err=True)
        one = result.capabilities
        declared = judge.capabilities.structured
        if not declared and one.structured != before.structured and _asked(folder, judge.name):
            typer.echo(
                f"{judge.name}: its answers so far were held to a form by "
                f"{before.structured or 'words alone'}, and so it stays; to change that, set "
                "capabilities = { structured = ... } in the study",
                err=True,
            )
            one = replace(one, structured=before.structured)
        found[judge.name] = one
    return found


def remember(ledger: Ledger, study: Study, found: Mapping[str, Capabilities]) -> None:
    """Keep what was found, for reports and for later runs."""
    for judge in study.judges:
        if judge.name in found:
            ledger.remember_capabilities(judge, found[judge.name])


def _asked(folder: Path, judge: str) -> bool:
    if not (folder / FILE_NAME).is_file():
        return False
    with Ledger.reading(folder) as ledger:
        return ledger.pace(judge).answers > 0


def _remembered(study: Study, folder: Path) -> dict[str, Capabilities]:
    if not (folder / FILE_NAME).is_file():
        return {}
    with Ledger.reading(folder) as ledger:
        return ledger.remembered_capabilities(study.judges)
