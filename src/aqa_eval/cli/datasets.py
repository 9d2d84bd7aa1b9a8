"""The command `datasets`: what there is, how it is had, what a download holds."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from aqa_eval.cli.application import Strict, app
from aqa_eval.datasets import LOADERS, check, describe, find
from aqa_eval.datasets.dataset import Dataset, Loader, forbid_problems, open_dataset
from aqa_eval.datasets.own import template
from aqa_eval.errors import StudyError
from aqa_eval.study import choose_dataset

NEW = "new"


@app.command(
    epilog="Examples: aqa-eval datasets | aqa-eval datasets finefs --how | "
    "aqa-eval datasets mtl-aqa --root ~/data/MTL-AQA | aqa-eval datasets fitness-aqa --criteria | "
    "aqa-eval datasets own --set table=clips.csv | aqa-eval datasets new my-clips"
)
def datasets(
    name: Annotated[
        str | None, typer.Argument(help="A dataset; without it, all are listed. 'new' starts your own.")
    ] = None,
    folder: Annotated[Path | None, typer.Argument(help="With 'new': the folder to write into.")] = None,
    root: Annotated[Path | None, typer.Option("--root", help="The download to check.")] = None,
    how: Annotated[bool, typer.Option("--how", help="How to get it, its terms, what to cite.")] = False,
    criteria: Annotated[bool, typer.Option("--criteria", help="Every criterion in both polarities.")] = False,
    options: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="An option of the dataset, as in a study file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    strict: Strict = False,
) -> None:
    """List the datasets, say how one is had, or check a download and list its criteria."""
    if folder is not None and name != NEW:
        raise StudyError(f"'{folder}' is one word too many; a download's folder is given with --root")
    known = LOADERS.values()
    if name is None and (how or criteria or root or options):
        raise StudyError("name a dataset: aqa-eval datasets NAME ...; 'aqa-eval datasets' lists them")
    if name is None:
        typer.echo(_json(describe.listing_as_json(known)) if as_json else describe.listing(known))
    elif name == NEW:
        for path in template.write_template(folder or Path("my-clips")):
            typer.echo(f"{path}: written")
    elif how:
        loader = find(name)
        typer.echo(_json(describe.how_as_json(loader)) if as_json else describe.how(loader))
    elif criteria:
        _criteria(find(name), root, options, as_json)
    else:
        dataset = _opened(find(name), root, options)
        typer.echo(_json(check.as_json(dataset)) if as_json else check.render(dataset))
        if strict:
            forbid_problems(dataset)


def _criteria(loader: Loader, root: Path | None, options: list[str] | None, as_json: bool) -> None:
    """List criteria: the loader's own where no download is given, else those of the download."""
    if loader.criteria is not None and root is None and not options:
        found = loader.criteria()
    else:
        found = _opened(loader, root, options).criteria
    typer.echo(_json(describe.criteria_as_json(found)) if as_json else describe.criteria(found))


def _opened(loader: Loader, root: Path | None, options: list[str] | None) -> Dataset:
    if not options:
        return open_dataset(loader, root)
    given = dict(_option(text) for text in options)
    if root is not None:
        given["root"] = root
    choice = choose_dataset(loader.name, given)
    return choice.loader.load(choice.options)


def _option(text: str) -> tuple[str, Any]:
    """A key and its value, read as TOML where it is that, else as a text."""
    key, equals, value = text.partition("=")
    if not equals:
        raise StudyError(f"--set {text}: expected KEY=VALUE, as in --set target=final")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value


def _json(content: object) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
