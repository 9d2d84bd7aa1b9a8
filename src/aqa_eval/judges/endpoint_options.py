"""What a study may set for any endpoint: where it is, how it decodes, how it is paced, what it can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

import orjson
from pydantic import Field, StrictBool, field_validator, model_validator

from aqa_eval.errors import did_you_mean
from aqa_eval.judges.presets import judge_presets
from aqa_eval.judges.respondent import JudgeOptions
from aqa_eval.vocabulary import Capabilities, Price

Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Count = Annotated[int, Field(ge=1, lt=2**53)]

LIKELIEST = 5
"""So many tokens are asked for in the place of each where a study says `logprobs = true`."""


class PriceOptions(JudgeOptions):
    """US dollars for a million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]


class CapabilityOptions(JudgeOptions):
    """What the endpoint can do, as far as the study says; see `aqa_eval.vocabulary.Capabilities`."""

    images: Count | None = None
    context: Count | None = None
    video: StrictBool | None = None
    native: StrictBool | None = None
    audio: StrictBool | None = None
    logprobs: StrictBool | None = None
    structured: Literal["", "json_schema", "structured_outputs"] = ""
    seed: StrictBool | None = None


class AskingOptions(JudgeOptions):
    """How any model is asked, what it costs and what it can do. `logprobs`: how many of the likeliest tokens
    are asked for, or true.
    """

    logprobs: StrictBool | Annotated[int, Field(ge=1, le=20)] = False
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 8
    requests_per_minute: Annotated[float, Field(gt=0)] | None = None
    timeout: Annotated[float, Field(gt=0)] = 600.0
    retries: Annotated[int, Field(ge=0, le=100)] = 5
    price: PriceOptions | None = None
    family: Literal["", "qwen3-vl", "internvl3.5", "gemini"] = ""
    capabilities: CapabilityOptions = CapabilityOptions()

    def asking(self) -> Mapping[str, object]:
        """Pace, patience, price, and what is known of the model; none of them changes an answer."""
        known = {f.name: getattr(self.capabilities, f.name) for f in fields(Capabilities)}
        return {
            "concurrency": self.concurrency,
            "requests_per_minute": self.requests_per_minute,
            "timeout": self.timeout,
            "retries": self.retries,
            "price": Price(self.price.input, self.price.output) if self.price else None,
            "family": self.family,
            "capabilities": Capabilities(**known),
            "logprobs": LIKELIEST if self.logprobs is True else int(self.logprobs),
        }


class EndpointOptions(AskingOptions):
    """An endpoint and how it is asked. What is not set is not sent: the server's own default holds.

    `preset` names a file of `aqa_eval.judges.presets`, whose values hold wherever the study sets none.
    `extra_body` is merged into every request's body; `revision` is free text that tells two deployments of
    the same model apart. `system` comes before a request's own system text.
    """

    PROTOCOL_NAME: ClassVar[str]
    DECODING: ClassVar[tuple[str, ...]] = (
        "revision", "temperature", "top_p", "top_k", "max_tokens", "seed", "system",
    )  # fmt: skip
    """The options that change an answer, `extra_body` beside them."""
    RESERVED: ClassVar[frozenset[str]]
    """What a body holds already, or what would change how its answer has to be read."""

    preset: str | None = None
    base_url: str
    model: Annotated[str, Field(min_length=1)]
    revision: str | None = None
    temperature: Annotated[float, Field(ge=0)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=-1, lt=2**31)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: Whole | None = None
    system: Annotated[str, Field(min_length=1)] | None = None
    extra_body: dict[str, Any] | None = None
    api_key_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _over_preset(cls, raw: Any) -> Any:
        """The study's own keys over the preset's; of capabilities, key by key."""
        name = raw.get("preset") if isinstance(raw, Mapping) else None
        preset = judge_presets().get(name) if isinstance(name, str) else None
        if preset is None or preset.protocol != cls.PROTOCOL_NAME:
            return raw  # what is wrong with the name is said of the name
        merged = {**preset.options, **raw}
        if "max_completion_tokens" in raw and "max_tokens" not in raw:
            merged.pop("max_tokens", None)
        own = raw.get("capabilities", {})
        if isinstance(own, Mapping):
            merged["capabilities"] = {**preset.capabilities, **own}
        return merged

    @field_validator("preset")
    @classmethod
    def _known_preset(cls, name: str | None) -> str | None:
        presets = {p.name: p.protocol for p in judge_presets().values()}
        if name is not None and name not in presets:
            raise ValueError(did_you_mean(name, (n for n, p in presets.items() if p == cls.PROTOCOL_NAME)))
        if name is not None and presets[name] != cls.PROTOCOL_NAME:
            raise ValueError(f"it is for protocol = '{presets[name]}'")
        return name

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, url: str) -> str:
        scheme, _, rest = url.partition("://")
        if scheme not in {"http", "https"} or not rest.strip("/"):
            raise ValueError("expected an address such as http://127.0.0.1:8000/v1")
        try:
            named = urlsplit(url).hostname and urlsplit(url).port != 0
        except ValueError as error:
            raise ValueError(f"not an address: {error}") from error
        if not named:
            raise ValueError("expected an address such as http://127.0.0.1:8000/v1")
        if "@" in rest.split("/", 1)[0] or "?" in rest:
            raise ValueError(
                "expected an address without user, password or query; name a variable in api_key_env"
            )
        return url.rstrip("/")

    @field_validator("extra_body")
    @classmethod
    def _plain_body(cls, body: dict[str, Any] | None) -> dict[str, Any] | None:
        reserved = cls.RESERVED & set(body or {})
        if reserved:
            raise ValueError(f"'{min(reserved)}' is set by the program itself")
        try:
            orjson.dumps(body)
        except TypeError as error:
            raise ValueError(f"cannot be written as JSON: {error}") from error
        return body

    def asking(self) -> Mapping[str, object]:
        """Address, key, and what `AskingOptions` have."""
        own = {"base_url": self.base_url, "model": self.model, "key_variable": self.api_key_env or ""}
        return {**own, "api_key_env": None, **super().asking()}

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """What changes an answer; `extra_body` as canonical JSON."""
        pairs = [(name, getattr(self, name)) for name in self.DECODING if getattr(self, name) is not None]
        if self.extra_body:
            pairs.append(("extra_body", orjson.dumps(self.extra_body, option=orjson.OPT_SORT_KEYS).decode()))
        return tuple(sorted(pairs))
