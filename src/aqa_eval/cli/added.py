"""The judge that a command adds to a study: any model behind an OpenAI-style endpoint, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from aqa_eval.errors import StudyError
from aqa_eval.study import Study, with_endpoint

BaseUrl = Annotated[
    str | None, typer.Option(help="Add a judge: the address of an OpenAI-style endpoint (.../v1).")
]
Model = Annotated[str | None, typer.Option(help="The added judge's model, as its endpoint calls it.")]
Name = Annotated[str | None, typer.Option(help="What reports call the added judge. [default: its model]")]
Preset = Annotated[
    str | None, typer.Option(help="Its published decoding parameters: qwen3-vl-instruct, internvl3.5, ...")
]
ApiKeyEnv = Annotated[
    str | None, typer.Option(help="The environment variable that holds the added judge's API key.")
]
MaxTokens = Annotated[int | None, typer.Option(help="Most tokens in one of its answers.")]
Temperature = Annotated[float | None, typer.Option(help="Its sampling temperature.")]
Concurrency = Annotated[int | None, typer.Option(help="Requests open at once. [default: 8]")]


def with_added(study: Study, options: Mapping[str, object]) -> tuple[Study, dict[str, object]]:
    """The study with the judge that is added, if any option of it is given, and those options.

    Raises:
        StudyError: an address without a model, or the other way round, or an option is wrong.
    """
    given = {option: value for option, value in options.items() if value is not None}
    if not given:
        return study, {}
    if not (given.get("base_url") and given.get("model")):
        raise StudyError("--base-url and --model add a judge together; both are needed")
    return with_endpoint(study, given), given
