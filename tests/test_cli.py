"""The command as a user types it, in a process of its own."""

from __future__ import annotations

import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from endpoints import Endpoint, never, ok, status

STUDY = """
name = "small"
seed = 3
controls = 0
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat", "overhead_press"]
criteria = ["squat.depth", "squat.knees_in", "overhead_press.lockout"]
[[judge]]
protocol = "constant"
[[judge]]
protocol = "simulated"
repeats = 5
[conditions]
representation = "{representation}"
frames = 4
size = 128
"""
BLIND = STUDY.format(representation="none")
SEEING = STUDY.format(representation="rgb")


@pytest.fixture(scope="session")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that is shared by the tests that need frames but do not test how they are made."""
    return tmp_path_factory.mktemp("cache")


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "aqa_eval", *map(str, words)]


def aqa_eval(
    *words: object, folder: Path, cache: Path | None = None, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder` and give what it printed."""
    environment = {**os.environ, "AQA_EVAL_CACHE": str(cache or folder / "cache"), **(extra or {})}
    return subprocess.run(
        command(*words), cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with two studies."""
    (tmp_path / "blind.toml").write_text(BLIND)
    (tmp_path / "seeing.toml").write_text(SEEING)
    return tmp_path


def test_a_new_user_s_road_from_init_to_report(folder: Path) -> None:
    assert aqa_eval("init", "mine.toml", folder=folder).returncode == 0
    again = aqa_eval("init", "mine.toml", folder=folder)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    planned = aqa_eval("plan", "blind.toml", folder=folder)
    assert "simulated: 90 trials" in planned.stdout  # 18 of 6 clips, five times
    early = aqa_eval("report", "blind.toml", folder=folder)
    assert (early.returncode, "run the study first" in early.stderr) == (3, True)
    run = aqa_eval("run", "blind.toml", folder=folder)
    assert run.returncode == 0
    assert "asked now: 108 ok" in run.stderr
    quick = aqa_eval("report", "blind.toml", "--no-claim-checks", folder=folder)
    assert quick.returncode == 0, quick.stderr
    page = next(folder.glob("runs/*/report.html")).read_text("utf-8")
    assert "Claims were not held against bodies" in page
    report = aqa_eval("report", "blind.toml", folder=folder)
    assert (report.returncode, report.stderr) == (0, "")
    with (folder / "runs/small/verdicts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 108
    shown = aqa_eval("show", "blind.toml", rows[0]["key"][:20], folder=folder)
    assert "verdict    ok" in shown.stdout
    second = aqa_eval("run", "blind.toml", folder=folder)
    assert "nothing, all was answered before" in second.stderr


PROBES = """
name = "probes"
controls = 0
[[dataset]]
name = "mannequin"
subjects = 2
movements = ["squat"]
criteria = ["squat.depth"]
tasks = ["verify"]
[conditions]
representation = "none"
framing = "positive"
probe = ["truncated", "corrupted"]
"""


def test_a_probe_is_planned_asked_reported_and_shown(tmp_path: Path, endpoint: Endpoint) -> None:
    """Of two clips; to the second answer there is nothing to interfere with."""
    (tmp_path / "probes.toml").write_text(PROBES)
    thought = "I see nothing.\nThe hips stay above the knees. It may be shallow."
    endpoint.script(ok("False", reasoning=thought), then=ok("True"))
    added = ("--base-url", endpoint.base_url, "--model", "tiny", "--concurrency", 1)
    planned = aqa_eval("plan", "probes.toml", *added[:4], folder=tmp_path)
    assert "tiny: 4 trials" in planned.stdout
    # Each of two clips is asked once by itself and by either probe.
    assert [row for row in planned.stdout.splitlines() if "tiny" in row and " 6 " in row], planned.stdout
    run = aqa_eval("run", "probes.toml", *added, folder=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "asked now: 2 ok" in run.stderr
    assert "2 unprobed: not asked, since the judge's own answer has nothing" in run.stderr
    assert len(endpoint.requests) == 4
    report = aqa_eval("report", "probes.toml", folder=tmp_path)
    assert (report.returncode, report.stderr) == (0, "")
    assert "its reasoning was cut after" in (tmp_path / "runs/probes/report.html").read_text()
    with (tmp_path / "runs/probes/verdicts.csv").open() as file:
        rows = {(row["probe"], row["status"]): row for row in csv.DictReader(file)}
    shown = aqa_eval("show", "probes.toml", rows["corrupted", "ok"]["key"][:20], folder=tmp_path)
    assert 'of "The hips stay above the knees." was made "The hips stay below the knees."' in shown.stdout
    assert "The hips stay below the knees.\n\nThe reasoning ends here." in shown.stdout
    assert f"its own reasoning before that\n{thought}\nits own answer before that\nFalse" in shown.stdout
    left = aqa_eval("show", "probes.toml", rows["truncated", "unprobed"]["key"][:20], folder=tmp_path)
    assert "not asked, since the judge's own answer has no reasoning before it" in left.stdout
    # The answer that probes rest on can be shown too, though the study does not ask it.
    parent = aqa_eval("show", "probes.toml", rows["truncated", "ok"]["parent"][:20], folder=tmp_path)
    assert "verdict    ok" in parent.stdout


def test_an_endpoint_joins_on_the_command_line_and_stays_in_the_report(
    folder: Path, filmed: Path, endpoint: Endpoint
) -> None:
    endpoint.always(ok("True", usage=(77, 1)))
    words = ("run", "seeing.toml", "--base-url", endpoint.base_url, "--model", "tiny:1b")
    run = aqa_eval(*words, "--max-tokens", 5, "--temperature", 0.5, folder=folder, cache=filmed)
    assert run.returncode == 0, run.stderr
    assert "6 unparsed" in run.stderr  # "True" is no score, but an answer: nothing is asked again
    assert len(endpoint.requests) == 18
    sent = endpoint.requests[0]
    assert (sent.body["max_tokens"], sent.body["temperature"], len(sent.images)) == (5, 0.5, 4)
    assert aqa_eval("report", "seeing.toml", folder=folder, cache=filmed).returncode == 0
    page = (folder / "runs/small/report.html").read_text()
    assert "tiny:1b" in page
    assert "constant" in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "none.toml"), 2, "there is no such study file"),
        (("run", "blind.toml", "--model", "m"), 2, "--base-url and --model add a judge together"),
        (
            ("run", "blind.toml", "--base-url", "nowhere", "--model", "m"),
            2,
            "key 'base_url': expected an address",
        ),
        (("run", "blind.toml", "--root", "data"), 2, "--root stands for one dataset's root"),
        (("datasets", "mtl-aq"), 2, "did you mean 'mtl-aqa'"),
        (("datasets", "mtl-aqa"), 2, "needs --root"),
        (("datasets", "mtl-aqa", "--root", "none"), 2, "none"),
        (("show", "blind.toml", "ffff"), 3, "run the study first"),
        (("run", "blind.toml", "--out", "blind.toml/under"), 3, "choose another folder with --out"),
    ],
)
def test_what_is_wrong_is_one_message_without_a_traceback(
    folder: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = aqa_eval(*words, folder=folder)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error: ")


def test_a_judge_that_refuses_is_told_by_the_exit_code_and_in_words(folder: Path, endpoint: Endpoint) -> None:
    endpoint.always(status(404, "no model tiny"))
    words = ("run", "blind.toml", "--base-url", endpoint.base_url, "--model", "tiny", "--concurrency", 1)
    done = aqa_eval(*words, folder=folder)
    assert done.returncode == 1
    assert "stopped: judge 'tiny': HTTP 404" in done.stderr
    assert "108 ok" in done.stderr  # the reference judges went on
    assert "18 trials have no answer" in done.stderr
    report = aqa_eval("report", "blind.toml", folder=folder)
    assert report.returncode == 0


def test_a_key_is_found_nowhere_on_disk_or_in_the_output(folder: Path, endpoint: Endpoint) -> None:
    endpoint.always(ok("True"))
    words = (
        "run",
        "blind.toml",
        "--base-url",
        endpoint.base_url,
        "--model",
        "tiny",
        "--api-key-env",
        "MY_KEY",
    )
    done = aqa_eval(*words, folder=folder, extra={"MY_KEY": "sk-very-secret"})
    assert endpoint.requests[0].headers["Authorization"] == "Bearer sk-very-secret"
    aqa_eval("report", "blind.toml", folder=folder)
    assert "sk-very-secret" not in done.stdout + done.stderr
    for path in folder.rglob("*"):
        assert not path.is_file() or b"sk-very-secret" not in path.read_bytes(), path


def test_frames_that_leave_the_machine_are_announced(folder: Path, filmed: Path) -> None:
    # 192.0.2.1 is an address of documentation (RFC 5737): nobody is there.
    words = ("run", "seeing.toml", "--base-url", "http://192.0.2.1:9/v1", "--model", "far", "--retries", 0)
    done = aqa_eval(*words, "--timeout", 0.2, folder=folder, cache=filmed)
    assert done.stderr.startswith("note: frames leave this machine for 192.0.2.1 (judge 'far')")


@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/proc/sys").exists(), reason="no read-only folder at hand"
)
def test_a_read_only_folder_is_named(folder: Path) -> None:
    # Permissions do not stop root; /proc/sys refuses new folders to everyone.
    where = folder / "locked"
    where.mkdir(mode=0o500)
    target = Path("/proc/sys/aqa-eval") if os.geteuid() == 0 else where / "out"
    done = aqa_eval("run", "blind.toml", "--out", target, folder=folder)
    assert (done.returncode, str(target) in done.stderr) == (3, True), done.stderr
    assert "Traceback" not in done.stderr


def test_killed_at_any_moment_the_same_command_goes_on_and_the_report_is_the_same(
    folder: Path, filmed: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reference = tmp_path_factory.mktemp("undisturbed")
    for word in ("run", "report"):
        done = aqa_eval(word, "seeing.toml", "--out", reference, folder=folder, cache=filmed)
        assert done.returncode == 0, done.stderr
    ledger, kills, committed = folder / "runs/small/ledger.sqlite", 0, 0
    rng = random.Random(4)
    environment = {**os.environ, "AQA_EVAL_CACHE": str(filmed)}
    while committed < 108:
        process = subprocess.Popen(
            command("run", "seeing.toml"), cwd=folder, env=environment, stderr=subprocess.DEVNULL
        )
        until = committed + rng.randint(1, 60)
        while process.poll() is None and answered(ledger) < until:
            time.sleep(0.001)
        kills += process.poll() is None
        process.kill()
        process.wait()
        assert answered(ledger) >= min(until, 108)  # nothing that was committed is lost
        committed = answered(ledger)
    assert kills >= 1
    done = aqa_eval("report", "seeing.toml", folder=folder, cache=filmed)
    assert done.returncode == 0, done.stderr
    for name in ("report.html", "findings.json", "verdicts.csv"):
        assert (folder / "runs/small" / name).read_bytes() == (reference / name).read_bytes(), name


def test_a_kill_loses_at_most_the_requests_in_flight(folder: Path, endpoint: Endpoint) -> None:
    endpoint.always(ok("True"))
    words = ("run", "blind.toml", "--base-url", endpoint.base_url, "--model", "tiny", "--concurrency", "2")
    kills = 0
    for _ in range(3):
        process = subprocess.Popen(command(*words), cwd=folder, stderr=subprocess.DEVNULL)
        before = len(endpoint.requests)
        while process.poll() is None and len(endpoint.requests) < before + 3:
            time.sleep(0.001)
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills >= 1
    # "True" is a verdict for the 12 statements and unparsed for the 6 scores: all 18 are answers.
    assert aqa_eval(*words, folder=folder).returncode == 0
    assert len(endpoint.requests) <= 18 + 2 * kills


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_ends_between_a_description_and_its_question_loses_neither(
    folder: Path, filmed: Path, endpoint: Endpoint, end: signal.Signals
) -> None:
    blind = "Do not judge how well it is done."
    (folder / "two.toml").write_text(SEEING + 'strategy = "two-step"\n')
    endpoint.rule(lambda r: ok("The hips go down.") if blind in r.text else never())
    words = ("run", "two.toml", "--base-url", endpoint.base_url, "--model", "tiny", "--concurrency", "1")
    # The reference judges have the frames made first.
    assert aqa_eval("run", "two.toml", folder=folder, cache=filmed).returncode == 0
    environment = {**os.environ, "AQA_EVAL_CACHE": str(filmed)}
    process = subprocess.Popen(command(*words), cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        endpoint.wait_for(2)
        process.send_signal(end)
    except TimeoutError:
        process.kill()
        raise
    finally:
        process.wait(60)
    endpoint.rule(lambda r: ok("The hips go down." if blind in r.text else "Answer: True"))
    assert aqa_eval(*words, folder=folder, cache=filmed).returncode == 0
    asked = [str(received.body) for received in endpoint.requests]
    assert sum(blind in body for body in asked) == len({body for body in asked if blind in body})
    # The one question that was under way was asked again, and nothing else.
    assert len(asked) == len(set(asked)) + 1


def test_ctrl_c_stops_the_run_in_order(folder: Path, endpoint: Endpoint) -> None:
    endpoint.rule(lambda r: ok("True") if r.number < 4 else never())
    words = ("run", "blind.toml", "--base-url", endpoint.base_url, "--model", "tiny", "--concurrency", "2")
    process = subprocess.Popen(command(*words), cwd=folder, stderr=subprocess.PIPE, text=True)
    endpoint.wait_for(6)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; what was answered is kept" in said
    assert "Traceback" not in said
    endpoint.always(ok("True"))
    assert aqa_eval(*words, folder=folder).returncode == 0
    assert len(endpoint.requests) == 18 + 2  # the two in flight are asked again


def test_no_worker_outlives_a_killed_run(folder: Path) -> None:
    environment = {**os.environ, "AQA_EVAL_CACHE": str(folder / "cache")}
    process = subprocess.Popen(
        command("run", "seeing.toml"), cwd=folder, env=environment, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (workers := children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    process.kill()
    process.wait()
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def answered(ledger: Path) -> int:
    """How many answers a ledger holds that a run may be about to make."""
    if not ledger.exists():
        return 0
    with closing(sqlite3.connect(ledger)) as db:
        made = db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'exchanges'").fetchone()[0]
        return int(db.execute("SELECT COUNT(*) FROM exchanges").fetchone()[0]) if made else 0


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in found.read_text().split()] if found.exists() else []


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
