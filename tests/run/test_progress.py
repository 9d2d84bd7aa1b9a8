"""What a run shows of itself: every number a user waits for, live or line by line."""

from __future__ import annotations

import io

from rich.console import Console

from aqa_eval.run.progress import LiveProgress, PlainProgress, Tally
from aqa_eval.vocabulary import Answer, Failure, Judge, Price, Status, Usage

JUDGE = Judge("model", "openai", price=Price(2.0, 10.0))
ANSWER = Answer(text="True", usage=Usage(1000, 10))


def spent(judge: str) -> Usage:
    """An earlier run used this much."""
    return Usage(500_000, 1000)


def test_the_line_holds_all_that_a_user_waits_for() -> None:
    tally = Tally(JUDGE, total=100, before=40, spent=spent("model"), started=0.0)
    for status in [Status.OK] * 8 + [Status.UNPARSED, Status.ERROR]:
        tally.count(ANSWER, status)
    # 40 before + 10 asked - 1 error; 10 in 5 s; 500,000 + 10 x 1,000 and 1,000 + 10 x 10 tokens;
    # (510,000 x 2 + 1,100 x 10) / 10^6 dollars; 50 left at 2/s.
    assert tally.text(5.0) == (
        "49/100  2.0/s  510,000 + 1,100 tokens  $1.0310  1 error, 1 unparsed  25 s left"
    )


def test_no_price_no_cost_and_too_few_answers_no_time_left() -> None:
    tally = Tally(Judge("prior", "prior"), total=9000, before=0, spent=Usage(0, 0), started=0.0)
    tally.count(Answer(text="True"), Status.OK)
    assert tally.text(1.0) == "1/9000  1.0/s"
    for _ in range(9):
        tally.count(Answer(text="True"), Status.OK)
    assert tally.text(10.0) == "10/9000  1.0/s  2 h 29 min left"


def test_plain_lines_come_at_the_start_the_end_and_when_a_judge_is_stopped() -> None:
    stream = io.StringIO()
    with PlainProgress(spent, stream) as shown:
        shown.planned(JUDGE, 3, 0)
        shown.answered(JUDGE, ANSWER, Status.OK)
        shown.waiting(JUDGE, Failure("http", "HTTP 429: slow down", 429), 2.0)
        shown.stopped(JUDGE, "the endpoint cannot be reached")
        shown.answered(JUDGE, ANSWER, Status.OK)
        shown.answered(JUDGE, ANSWER, Status.OK)
    lines = stream.getvalue().splitlines()
    assert [line.split("  ")[0] for line in lines] == ["model: 0/3", "model: 1/3", "model: 3/3"]
    assert lines[1].endswith("[stopped: the endpoint cannot be reached]")
    assert "\x1b" not in stream.getvalue()


def test_rows_on_a_terminal_show_markup_as_it_is() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=160)
    judge = Judge("[bold]m[/bold]", "openai")
    with LiveProgress(spent, console) as shown:
        shown.planned(judge, 2, 0)
        shown.waiting(judge, Failure("http", "HTTP 503", 503), 1.5)
        shown.answered(judge, ANSWER, Status.REFUSED)
        shown.answered(judge, ANSWER, Status.OK)
    text = stream.getvalue()
    assert "[bold]m[/bold]" in text
    assert "2/2" in text
    assert "1 refused" in text
