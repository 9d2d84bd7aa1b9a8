"""Published settings of known models, one TOML file each: what the makers recommend, with the source.

A file has a `title`, its `protocol`, the command that serves the model (`serve`; empty where it is only
hosted), and under `[judge]` the very options that a study could write under `[[judge]]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class JudgePreset:
    """One file: the options of a judge, its capabilities apart from them."""

    name: str
    title: str
    protocol: str
    serve: str
    options: Mapping[str, Any]
    capabilities: Mapping[str, Any]


@cache
def judge_presets() -> Mapping[str, JudgePreset]:
    """Preset name -> preset, in alphabetical order."""
    files = [f for f in resources.files(__name__).iterdir() if f.name.endswith(".toml")]
    presets = [_read(f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in files]
    return {preset.name: preset for preset in sorted(presets, key=lambda p: p.name)}


def _read(name: str, text: str) -> JudgePreset:
    file = tomllib.loads(text)
    options = dict(file["judge"])
    capabilities = options.pop("capabilities", {})
    return JudgePreset(name, file["title"], file["protocol"], file["serve"], options, capabilities)
