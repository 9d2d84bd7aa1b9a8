"""Checking what a user wrote: every complaint names the key, what was found and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from aqa_eval.errors import StudyError, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
T = TypeVar("T")

SECRETIVE = re.compile("key|token|secret|password", re.IGNORECASE)
UNSHOWN = frozenset({"api_key_env", "base_url"})
"""Keys whose value is never repeated in a message: a secret may have been put there by mistake."""


def unknown(where: str, found: str, allowed: Collection[str]) -> StudyError:
    """The error of a value that is none of those allowed, naming the nearest."""
    return StudyError(f"key '{where}': found '{found}'; {did_you_mean(found, allowed)}")


def named(registry: Mapping[str, T], name: str, where: str) -> T:
    """The entry of a registry. Raises StudyError, naming the nearest there is."""
    if name not in registry:
        raise unknown(where, name, registry)
    return registry[name]


def checked(
    model: type[Model], raw: Mapping[str, Any], where: str, shared: type[BaseModel] | None = None
) -> Model:
    """`raw` as a `model`; `shared` holds further keys that are allowed beside the model's own.

    Raises:
        StudyError: one line for every key that is wrong.
    """
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        extra = tuple(shared.model_fields) if shared else ()
        raise StudyError("\n".join(_complaint(model, e, where, extra) for e in error.errors())) from None


def _complaint(model: type[BaseModel], error: Any, where: str, extra: Sequence[str]) -> str:
    key = where
    for part in error["loc"]:
        key = f"{key}[{part}]" if isinstance(part, int) else join(key, part)
    last = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "missing":
        return f"key '{key}' is missing"
    if error["type"] == "extra_forbidden":
        owner = model
        for part in error["loc"][:-1]:
            owner = _field_model(owner, part) or owner
        if SECRETIVE.search(last) and not difflib.get_close_matches(
            last, owner.model_fields, n=1, cutoff=0.8
        ):
            return (
                f"key '{key}' is unknown. An API key is never written into a study: put it into an "
                "environment variable and name that variable with api_key_env"
            )
        return f"key '{key}' is unknown; {did_you_mean(last, (*owner.model_fields, *extra))}"
    reason = error["msg"].removeprefix("Value error, ")
    if last in UNSHOWN:
        return f"key '{key}': {reason[0].lower()}{reason[1:]}"
    return f"key '{key}': found {_shown(error['input'])}; {reason[0].lower()}{reason[1:]}"


def _field_model(model: type[BaseModel], part: object) -> type[BaseModel] | None:
    field = model.model_fields.get(str(part))
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def join(where: str, part: object) -> str:
    """The name of a key inside another."""
    return f"{where}.{part}" if where else str(part)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."
