"""The judge that a command adds to a study: any model behind an OpenAI-style endpoint, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

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

Timeout = Annotated[float | None, typer.Option(help="Seconds to wait for one answer. [default: 600]")]
Retries = Annotated[int | None, typer.Option(help="Attempts after the first. [default: 5]")]

OPTIONS: Mapping[str, object] = {
    "base_url": BaseUrl,
    "model": Model,
    "name": Name,
    "preset": Preset,
    "api_key_env": ApiKeyEnv,
    "max_tokens": MaxTokens,
    "temperature": Temperature,
    "concurrency": Concurrency,
    "timeout": Timeout,
    "retries": Retries,
}
Added = Mapping[str, object]
"""Each of these options with what was typed, None where nothing was."""
NOTHING: Added = {}
Command = Callable[..., None]


def adds_a_judge() -> Callable[[Command], Command]:
    """Give a command these options in the place of its parameter `added`, which is handed them."""
    names = list(OPTIONS)
    options = [Parameter(n, Parameter.KEYWORD_ONLY, default=None, annotation=OPTIONS[n]) for n in names]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def typed(**given: Any) -> None:
            added = {name: given.pop(name) for name in names}
            command(**given, added=added)

        own = signature(command, eval_str=True)
        each = [[one] if one.name != "added" else options for one in own.parameters.values()]
        parameters = [one.replace(kind=Parameter.KEYWORD_ONLY) for group in each for one in group]
        vars(typed)["__signature__"] = own.replace(parameters=parameters)
        return typed

    return decorate


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
