"""The study file: what is right becomes a Study, what is wrong is named with its key and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.study import endpoint_host, read_study, with_endpoint
from aqa_eval.vocabulary import Price, Sampling, Task

REPOSITORY = Path(__file__).parents[1]
PLAIN = """
name = "knees"
seed = 3
repeats = 2
[[dataset]]
name = "mannequin"
subjects = 4
[[judge]]
protocol = "constant"
"""
ENDPOINT = """
[[judge]]
protocol = "openai"
name = "mine"
base_url = "http://127.0.0.1:8000/v1/"
model = "org/model:7b"
temperature = 0.7
max_tokens = 64
api_key_env = "MY_KEY"
requests_per_minute = 30
price = { input = 0.5, output = 2.0 }
extra_body = { top_k = 20, chat = { thinking = true } }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text)
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(StudyError) as caught:
        read_study(written(folder, text))
    return str(caught.value)


def test_what_is_not_said_takes_its_default(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, PLAIN))
    (judge,) = study.judges
    assert (study.name, study.seed, judge.name, judge.repeats) == ("knees", 3, "constant", 2)
    assert study.datasets[0].tasks == (Task.VERIFY, Task.SCORE)
    framings = [c.framing for c in study.conditions(Task.VERIFY)]
    assert framings == ["positive", "negative"]
    (scored,) = study.conditions(Task.SCORE)
    assert (scored.framing, scored.sampling) == ("neutral", Sampling(16, None, 448))


def test_what_changes_an_answer_is_told_apart_from_what_changes_the_asking(tmp_path: Path) -> None:
    judge = read_study(written(tmp_path, PLAIN + ENDPOINT)).judges[1]
    assert judge.base_url == "http://127.0.0.1:8000/v1"
    assert judge.decoding == (
        ("extra_body", '{"chat":{"thinking":true},"top_k":20}'),
        ("max_tokens", 64),
        ("temperature", 0.7),
    )
    assert (judge.key_variable, judge.requests_per_minute, judge.price) == ("MY_KEY", 30, Price(0.5, 2.0))


def test_the_conditions_are_a_grid_and_a_blind_one_samples_nothing(tmp_path: Path) -> None:
    grid = (
        '[conditions]\nrepresentation = ["rgb", "none"]\nframes = [4, 8]\nfps = 2.5\nframing = "negative"\n'
    )
    study = read_study(written(tmp_path, PLAIN + grid))
    seen = [(c.representation, c.sampling.count, c.sampling.fps) for c in study.conditions(Task.VERIFY)]
    assert seen == [("rgb", 4, None), ("rgb", 8, None), ("rgb", None, 2.5), ("none", 16, None)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'name = "mannequin"',
            'name = "manequin"',
            "key 'dataset[0].name': found 'manequin'; did you mean 'mannequin'",
        ),
        ("subjects = 4", "subject = 4", "key 'dataset[0].subject' is unknown; did you mean 'subjects'"),
        ("subjects = 4", 'subjects = "many"', "key 'dataset[0].subjects': found 'many'"),
        ('"constant"', '"constnat"', "key 'judge[0].protocol': found 'constnat'; did you mean 'constant'"),
        ("seed = 3", "seed = -1", "key 'seed': found -1"),
        ("seed = 3", "sede = 3", "key 'sede' is unknown; did you mean 'seed'"),
        ('name = "knees"', 'name = "../up"', "key 'name': found '../up'"),
        ('name = "knees"', "", "key 'name' is missing"),
        ("repeats = 2", "repeats = 0", "key 'repeats': found 0"),
        ('protocol = "constant"', 'name = "c"', "key 'judge[0].protocol' is missing"),
        ("subjects = 4", 'tasks = ["verfy"]', "key 'dataset[0].tasks"),
    ],
)
def test_a_wrong_key_is_named_with_what_is_allowed(tmp_path: Path, old: str, new: str, words: str) -> None:
    said = complaint(tmp_path, PLAIN.replace(old, new, 1))
    assert words in said
    assert "study.toml" in said


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("representation", '["rbg"]', "key 'conditions.representation': found 'rbg'; did you mean 'rgb'"),
        ("strategy", '"bse"', "key 'conditions.strategy': found 'bse'; did you mean 'base'"),
        ("framing", '"sideways"', "key 'conditions.framing"),
        ("frames", "[0]", "key 'conditions.frames"),
        ("fps", "-1", "key 'conditions.fps"),
        ("frams", "4", "key 'conditions.frams' is unknown; did you mean 'frames'"),
    ],
)
def test_a_wrong_condition_is_named(tmp_path: Path, key: str, value: str, words: str) -> None:
    assert words in complaint(tmp_path, f"{PLAIN}[conditions]\n{key} = {value}\n")


def test_the_prevalence_is_a_share_of_faults_that_leaves_some_of_either(tmp_path: Path) -> None:
    assert read_study(written(tmp_path, PLAIN)).prevalence == 0.1
    assert read_study(written(tmp_path, PLAIN.replace("seed = 3", "prevalence = 0.02"))).prevalence == 0.02
    for wrong in ("0", "1", "-0.1", "15", "nan", '"0.1"'):
        assert "key 'prevalence': found" in complaint(
            tmp_path, PLAIN.replace("seed = 3", f"prevalence = {wrong}")
        )


def test_the_gate_of_pose_coverage_is_a_share_of_frames(tmp_path: Path) -> None:
    assert read_study(written(tmp_path, PLAIN)).pose_gate == 0.8
    for said, gate in (("0", 0.0), ("0.55", 0.55), ("1", 1.0)):
        text = PLAIN.replace("seed = 3", f"pose_gate = {said}")
        assert read_study(written(tmp_path, text)).pose_gate == gate
    for wrong in ("-0.1", "1.01", "80", "nan", "true", '"0.8"'):
        assert "key 'pose_gate': found" in complaint(
            tmp_path, PLAIN.replace("seed = 3", f"pose_gate = {wrong}")
        )


def test_all_complaints_come_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, PLAIN.replace("seed = 3", 'seed = "x"').replace("repeats = 2", "repeats = 0"))
    assert len(said.splitlines()) == 2


def test_an_api_key_in_a_study_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = complaint(tmp_path, PLAIN + ENDPOINT + 'api_key = "sk-very-secret"\n')
    assert "name that variable with api_key_env" in said
    assert "sk-very-secret" not in said


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://host/v1", "http://user:word@host/v1", "http://h/v1?k=1"]
)
def test_an_address_is_plain(tmp_path: Path, url: str) -> None:
    text = PLAIN + ENDPOINT.replace("http://127.0.0.1:8000/v1/", url)
    assert "key 'judge[1].base_url'" in complaint(tmp_path, text)


def test_a_mistyped_key_is_not_taken_for_a_secret_and_a_secret_is_not_repeated(tmp_path: Path) -> None:
    assert "did you mean 'max_tokens'" in complaint(
        tmp_path, PLAIN + ENDPOINT.replace("max_tokens", "max_token")
    )
    nested = PLAIN + ENDPOINT.replace("input = 0.5", "inputt = 0.5")
    assert "key 'judge[1].price.inputt' is unknown; did you mean 'input'" in complaint(tmp_path, nested)
    misplaced = complaint(tmp_path, PLAIN + ENDPOINT.replace('"MY_KEY"', '"sk-very-secret"'))
    assert "api_key_env" in misplaced
    assert "sk-very-secret" not in misplaced


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_tokens = 64", "seed = 100000000000000000000000"),
        ("top_k = 20", "top_k = 100000000000000000000000"),
        ("top_k = 20", "messages = []"),
        ("http://127.0.0.1:8000/v1/", "http://[::1/v1"),
        ("http://127.0.0.1:8000/v1/", "http://host:99999/v1"),
    ],
)
def test_values_that_no_request_can_hold_are_refused(tmp_path: Path, old: str, new: str) -> None:
    assert "key 'judge[1]." in complaint(tmp_path, PLAIN + ENDPOINT.replace(old, new))


def test_a_dataset_stands_in_a_study_once(tmp_path: Path) -> None:
    twice = PLAIN + '[[dataset]]\nname = "mannequin"\nseed = 9\n'
    assert "key 'dataset[1].name': 'mannequin' is there twice" in complaint(tmp_path, twice)


@pytest.mark.parametrize(
    ("host", "away"),
    [
        ("localhost", ""),
        ("127.3.2.1", ""),
        ("[::1]", ""),
        ("127.evil.example", "127.evil.example"),
        ("10.0.0.2", "10.0.0.2"),
    ],
)
def test_only_this_machine_s_own_addresses_are_this_machine(tmp_path: Path, host: str, away: str) -> None:
    study = read_study(written(tmp_path, PLAIN + ENDPOINT.replace("127.0.0.1", host)))
    assert endpoint_host(study.judges[1]) == away


def test_two_judges_must_be_told_apart(tmp_path: Path) -> None:
    twice = PLAIN + '[[judge]]\nprotocol = "constant"\n'
    assert "two judges are called 'constant'" in complaint(tmp_path, twice)
    same = ENDPOINT + ENDPOINT.replace('"mine"', '"yours"')
    assert "'mine' and 'yours' are the same model" in complaint(tmp_path, PLAIN + same)
    other = same.replace('name = "yours"', 'name = "yours"\nrevision = "int8"')
    assert len(read_study(written(tmp_path, PLAIN + other)).judges) == 3


def test_files_that_are_no_study_are_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="there is no such study file"):
        read_study(tmp_path / "none.toml")
    assert "not valid TOML" in complaint(tmp_path, "name = ")
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(StudyError, match="cannot be read"):
        read_study(tmp_path / "study.toml")


def test_paths_count_from_the_study_s_folder_and_root_replaces_them(tmp_path: Path) -> None:
    text = PLAIN.replace('name = "mannequin"\nsubjects = 4', 'name = "mtl-aqa"\nroot = "data"')
    path = written(tmp_path, text)
    assert dict(read_study(path).datasets[0].options)["root"] == tmp_path / "data"
    assert dict(read_study(path, tmp_path / "other").datasets[0].options)["root"] == tmp_path / "other"
    with pytest.raises(StudyError, match="--root stands for one dataset's root"):
        read_study(written(tmp_path, PLAIN), tmp_path)


def test_an_endpoint_joins_the_study_s_own_judges(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, PLAIN))
    options = {"base_url": "http://gpu.example:8000/v1", "model": "qwen3-vl:8b", "max_tokens": 8}
    joined = with_endpoint(study, options)
    assert [judge.name for judge in joined.judges] == ["qwen3-vl:8b", "constant"]
    assert joined.judges[0].repeats == 2
    assert endpoint_host(joined.judges[0]) == "gpu.example"
    assert endpoint_host(joined.judges[1]) == ""
    with pytest.raises(StudyError, match="key 'max_tokens': found 0"):
        with_endpoint(study, {**options, "max_tokens": 0})


@pytest.mark.parametrize("name", ["quickstart", "pose-rules", "mtl-aqa-blind"])
def test_the_examples_are_valid(name: str) -> None:
    assert read_study(REPOSITORY / "examples" / f"{name}.toml").name == name


def test_the_template_is_valid_with_everything_switched_on(tmp_path: Path) -> None:
    template = (REPOSITORY / "src/aqa_eval/presets/starter.toml").read_text()
    assert read_study(written(tmp_path, template)).name == "my-study"
    switched = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and ("=" in line or "[[" in line) else line
        for line in template.splitlines()
    )
    study = read_study(written(tmp_path, switched))
    protocols = ["constant", "prior", "pose-rules", "metadata", "human", "openai"]
    assert [judge.protocol for judge in study.judges] == protocols
    assert [choice.loader.name for choice in study.datasets] == ["mannequin", "mtl-aqa"]
