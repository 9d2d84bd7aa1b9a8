"""Published settings: complete, under what a study sets itself, and no part of a key beyond their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.families import FAMILIES
from aqa_eval.judges.presets import judge_presets
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Capabilities, Judge

STUDY = """
name = "test"
[[dataset]]
name = "mannequin"
[[judge]]
"""


def judged(folder: Path, lines: str) -> Judge:
    """The judge that a study with these lines has."""
    path = folder / "study.toml"
    path.write_text(STUDY + lines)
    (judge,) = read_study(path).judges
    return judge


def test_every_preset_is_a_judge_by_itself() -> None:
    presets = judge_presets()
    assert list(presets) == [
        "gemini-3.1-pro",
        "internvl3.5",
        "internvl3.5-thinking",
        "qwen3-vl-instruct",
        "qwen3-vl-thinking",
    ]
    for preset in presets.values():
        named = {"preset": preset.name, "base_url": "http://127.0.0.1:8000/v1"}
        options = PROTOCOLS[preset.protocol].options.model_validate(named)
        assert options.asking()["family"] in set(FAMILIES) - {""}
        assert bool(preset.serve) == (preset.protocol == "openai")


def test_a_study_may_name_any_family_there_is() -> None:
    for family in FAMILIES:
        named = {"base_url": "http://127.0.0.1:8000/v1", "model": "m", "family": family}
        assert PROTOCOLS["openai"].options.model_validate(named).asking()["family"] == family


def test_the_published_values_are_sent(tmp_path: Path) -> None:
    lines = 'protocol = "openai"\nbase_url = "http://127.0.0.1:8000/v1"\npreset = "qwen3-vl-thinking"\n'
    judge = judged(tmp_path, lines)
    assert (judge.name, judge.family) == ("Qwen/Qwen3-VL-235B-A22B-Thinking", "qwen3-vl")
    assert dict(judge.decoding) == {
        "max_tokens": 40960,
        "presence_penalty": 0.0,
        "repetition_penalty": 1.0,
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.95,
    }
    assert judge.capabilities == Capabilities(
        context=262144, logprobs=True, structured="structured_outputs", seed=True
    )


def test_what_a_study_sets_goes_before(tmp_path: Path) -> None:
    judge = judged(
        tmp_path,
        'protocol = "openai"\nbase_url = "http://127.0.0.1:8000/v1"\npreset = "qwen3-vl-instruct"\n'
        'model = "mine"\ntemperature = 0.0\nfamily = ""\nmax_completion_tokens = 64\n'
        'capabilities = { context = 8192, structured = "", images = 32 }\n',
    )
    assert (judge.model, judge.family) == ("mine", "")
    decoding = dict(judge.decoding)
    assert (decoding["temperature"], decoding["top_p"]) == (0.0, 0.8)
    assert decoding["max_completion_tokens"] == 64
    assert "max_tokens" not in decoding
    assert judge.capabilities == Capabilities(images=32, context=8192, logprobs=True, seed=True)


def test_gemini_needs_nothing_but_its_preset(tmp_path: Path) -> None:
    judge = judged(tmp_path, 'protocol = "gemini"\npreset = "gemini-3.1-pro"\n')
    assert judge.base_url == "https://generativelanguage.googleapis.com"
    assert judge.key_variable == "GEMINI_API_KEY"
    assert dict(judge.decoding) == {
        "include_thoughts": True,
        "media_resolution": "high",
        "thinking_level": "high",
    }


def test_a_preset_changes_a_key_by_its_values_only(tmp_path: Path) -> None:
    at = 'protocol = "openai"\nbase_url = "http://127.0.0.1:8000/v1"\n'
    preset = judged(tmp_path, at + 'preset = "internvl3.5"\n')
    by_hand = judged(tmp_path, at + 'model = "OpenGVLab/InternVL3_5-241B-A28B"\ntemperature = 0.0\n')
    build = PROTOCOLS["openai"].build
    assert build(preset, list).identity == build(by_hand, list).identity
    thinking = judged(tmp_path, at + 'preset = "internvl3.5-thinking"\n')
    assert "<think>" in str(dict(thinking.decoding)["system"])


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('protocol = "openai"\npreset = "qwen3-vl"', "key 'judge[0].preset': found 'qwen3-vl'; did you mean"),
        (
            'protocol = "openai"\npreset = "gemini-3.1-pro"\nmodel = "m"',
            "key 'judge[0].preset': found 'gemini-3.1-pro'; it is for protocol = 'gemini'",
        ),
        ('protocol = "openai"\nmodel = "m"\npreset = 3', "key 'judge[0].preset': found 3"),
        (
            'protocol = "openai"\nmodel = "m"\ncapabilities = { image = 3 }',
            "key 'judge[0].capabilities.image' is unknown; did you mean 'images'?",
        ),
        ('protocol = "openai"\nmodel = "m"\nfamily = "qwen"', "key 'judge[0].family': found 'qwen'"),
        ('protocol = "openai"\nmodel = "m"\nlogprobs = 21', "key 'judge[0].logprobs"),
        ('protocol = "gemini"\nmodel = "../files"', "key 'judge[0].model': found '../files'"),
        ('protocol = "gemini"\nmodel = "m"\nmin_p = 0.1', "key 'judge[0].min_p' is unknown"),
        (
            'protocol = "gemini"\nmodel = "m"\nextra_body = { contents = [] }',
            "'contents' is set by the program itself",
        ),
    ],
)
def test_what_is_wrong_is_said_of_its_own_key(tmp_path: Path, lines: str, complaint: str) -> None:
    address = 'base_url = "http://127.0.0.1:8000/v1"\n'
    with pytest.raises(StudyError) as caught:
        judged(tmp_path, address + lines)
    assert complaint in str(caught.value)
