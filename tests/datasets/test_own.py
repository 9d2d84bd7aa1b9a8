from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqa_eval.datasets import check
from aqa_eval.datasets.dataset import Dataset, open_dataset
from aqa_eval.datasets.own import loader, template
from aqa_eval.datasets.own.columns import described
from aqa_eval.datasets.own.loader import OwnOptions
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import (
    FIRST,
    SECOND,
    Box,
    Clip,
    FrameFolder,
    FrameSpan,
    Label,
    Scale,
    Still,
    Task,
    TimeSpan,
    VideoFile,
)

DOCS = Path(__file__).parents[2] / "docs" / "own-clips.md"
HEAD = "media,action,subject,criterion,requirement,fault,label"
KNEES = "knees,The knees stay out.,The knees fall in."
Load = Callable[..., Dataset]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Recordings: a.mp4, b.mp4, c.png; frames/ with 0005.jpg to 0014.jpg; deep.zip with in/d.mp4."""
    for name in ("a.mp4", "b.mp4", "c.png"):
        (tmp_path / name).touch()
    (tmp_path / "frames").mkdir()
    for number in range(5, 15):
        (tmp_path / "frames" / f"{number:04d}.jpg").touch()
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr("in/d.mp4", b"film")
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Load:
    """Write a table of these lines into the folder and load it."""

    def loaded(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Dataset:
        path = folder / "clips.csv"
        path.write_bytes(end.join([*lines, ""]).encode(encoding))
        return loader.load(OwnOptions(table=path))

    return loaded


def labels(dataset: Dataset) -> list[tuple[str, str, object]]:
    return [(label.clip, label.criterion, label.value) for own in dataset.labels for label in own]


def test_the_five_lines_of_the_docs(folder, tmp_path) -> None:
    text = DOCS.read_text("utf-8")
    table = re.search(r"```csv\n(.*?)```", text, re.DOTALL)
    assert table is not None
    assert table[1].count("\n") == 5
    (tmp_path / "clips.csv").write_text(table[1])
    for name in ("anna.mp4", "ben.mp4"):
        (tmp_path / name).touch()
    dataset = open_dataset(loader.LOADER, tmp_path)
    assert labels(dataset) == [
        ("anna.mp4", "knees", True),
        ("anna.mp4", "depth", False),
        ("ben.mp4", "knees", False),
        ("ben.mp4", "depth", True),
    ]
    assert dataset.clips[1] == Clip(
        "ben.mp4", "own", "squat", VideoFile(tmp_path / "ben.mp4"), cluster="ben", subject="ben"
    )
    assert not dataset.problems
    assert not dataset.notes
    assert described() in text


def test_every_task_and_what_is_said_once(load, folder) -> None:
    dataset = load(
        "media,start,end,action,criterion,requirement,fault,question,options,minimum,maximum,label,score,ratings",
        "a.mp4,,,squat,knees,The knees stay out.,The knees fall in.,,,,,Faulty,,1||no",
        "b.mp4,,,,knees,,,,,,,0,,",
        "b.mp4,,,,depth,,,How deep?,shallow|parallel|deep,,,PARALLEL,,2|deep",
        "c.png,,,squat,depth,,,,,,,3,,",
        "a.mp4,1,2.5,squat,quality,All is well.,All is wrong.,,,0,10,,7.25,7|7.5",
    )
    assert not dataset.problems, dataset.problems[:]
    assert labels(dataset) == [
        ("a.mp4", "knees", True),
        ("b.mp4", "knees", False),
        ("b.mp4", "depth", "parallel"),
        ("c.png", "depth", "deep"),
        ("a.mp4@1.0-2.5", "quality", 7.25),
    ]
    first, choice, score = dataset.labels[0][0], dataset.labels[1][1], dataset.labels[3][0]
    assert first.ratings[::2] == (1.0, 0.0)
    assert math.isnan(first.ratings[1])
    assert choice.ratings == (1.0, 2.0)  # places from 0: the second option by number, the third by text
    assert score.ratings == (7.0, 7.5)
    assert dataset.clips[3].media == VideoFile(folder / "a.mp4", TimeSpan(1, 2.5))
    assert dataset.clips[2].media == Still(folder / "c.png")
    assert dataset.criteria["quality"].scale == Scale(0, 10, "points")
    assert [dataset.criteria[name].task for name in dataset.criteria] == [
        Task.VERIFY,
        Task.CHOOSE,
        Task.SCORE,
    ]
    assert [item.truth for item in dataset.items([Task.CHOOSE], "test")] == ["parallel", "deep"]
    assert [item.truth for item in dataset.items([Task.CHOOSE], "train")] == []


def test_when_a_fault_shows(load) -> None:
    dataset = load(
        "media,start,end,action,criterion,requirement,fault,label,fault_start,fault_end",
        "a.mp4,1,4,squat,knees,Knees out.,Knees in.,yes,0.5,2",
        "b.mp4,,,squat,knees,,,yes,,",
        "b.mp4,2,3,squat,knees,,,no,,",
    )
    assert not dataset.problems, dataset.problems[:]
    assert [own[0].span for own in dataset.labels] == [TimeSpan(0.5, 2.0), None, None]
    [item] = dataset.items([Task.LOCATE], "test")
    assert (item.clips[0].id, item.truth) == ("a.mp4@1.0-4.0", TimeSpan(0.5, 2.0))


@pytest.mark.parametrize(
    ("label", "start", "end", "why"),
    [
        ("no", "1", "2", "'fault_start': found '1'; expected nothing, since the row does not say"),
        ("yes", "1", "", "'fault_end': found nothing; expected a number, since 'fault_start'"),
        ("yes", "", "2", "'fault_start': found nothing; expected a number, since 'fault_end'"),
        ("yes", "-1", "2", "'fault_start': found '-1'; expected 0 or more seconds"),
        ("yes", "2", "2", "'fault_end': found '2'; expected more than 'fault_start'"),
        ("yes", "2", "3.5", "'fault_end': found '3.5'; expected a time within the clip"),
    ],
)
def test_times_of_a_fault_that_cannot_be_are_named_and_the_label_stays(load, label, start, end, why) -> None:
    dataset = load(
        "media,start,end,action,criterion,requirement,fault,label,fault_start,fault_end",
        f"a.mp4,1,4,squat,knees,Knees out.,Knees in.,{label},{start},{end}",
    )
    [problem] = dataset.problems
    assert f"row 2, column {why}" in problem
    assert problem.endswith("used without the times")
    assert labels(dataset) == [("a.mp4@1.0-4.0", "knees", label == "yes")]
    assert dataset.labels[0][0].span is None


def test_comparisons(load) -> None:
    dataset = load(
        "media,action,subject,criterion,requirement,fault,label,media_b,first_b,last_b,subject_b,view_b,better",
        "a.mp4,squat,anna,knees,Knees out.,Knees in.,yes,,,,,,",
        "a.mp4,squat,,knees,,,,b.mp4,3,9,ben,side,Second",
        "b.mp4,squat,anna,knees,,,,a.mp4,,,,,first",
    )
    assert not dataset.problems
    one, other = dataset.pairs
    assert [clip.id for clip in one.clips] == ["a.mp4", "b.mp4#3-9"]
    assert one.clips[1].media.span == FrameSpan(3, 9)
    assert (one.clips[0].subject, one.clips[1].subject, one.clips[1].view) == ("anna", "ben", "side")
    assert (one.task, one.truth, one.criterion.id) == (Task.COMPARE, SECOND, "knees")
    assert (other.truth, other.clips[1].subject) == (FIRST, "anna")
    assert dataset.pairs[-1] == other
    assert [len(own) for own in dataset.labels] == [1, 0, 0]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a.mp4,,,first", "column 'media_b': found nothing; expected the second clip"),
        ("a.mp4,,b.mp4,left", "column 'better': found 'left'; expected first or second"),
        ("a.mp4,,a.mp4,first", "column 'media_b': found 'a.mp4'; expected another clip"),
        ("c.png,train,b.mp4,first", "column 'media_b': found 'b.mp4'; expected a clip of the same split"),
        ("b.mp4,,c.png,first", "column 'better': found 'first'; expected the same in all rows about this"),
    ],
)
def test_comparisons_that_cannot_be(load, row, why) -> None:
    media, split, other, better = row.split(",")
    dataset = load(
        "media,split,action,criterion,requirement,fault,label,media_b,better",
        "a.mp4,,squat,knees,Knees out.,Knees in.,yes,,",
        "b.mp4,,squat,knees,,,yes,,",
        f"{media},{split},squat,knees,,,,{other},{better}",
        *(["c.png,,squat,knees,,,,b.mp4,first"] if why.endswith("about this") else []),
    )
    assert any(f"row 4, {why}" in problem for problem in dataset.problems), dataset.problems[:]
    assert len(dataset.pairs) == 0
    assert len(labels(dataset)) == 2


GOOD = f"b.mp4,squat,ben,{KNEES},false"
BROKEN = [
    (
        HEAD,
        "a.mp4,squat,anna,knees,,,maybe",
        "row 3, column 'label': found 'maybe'; expected true, yes, 1, faulty",
    ),
    (HEAD, "a.mp4,squat,anna,knees,,,", "row 3, column 'label': found nothing; expected true"),
    (HEAD, ",squat,anna,knees,,,true", "row 3, column 'media': found nothing"),
    (HEAD, "a.mp4,squat,anna,,,,true", "row 3, column 'criterion': found nothing"),
    (
        HEAD,
        "a.mp4,squat,anna,knees,,Other text.,true",
        "row 3, column 'fault': found 'Other text.'; expected 'The",
    ),
    (HEAD, "a.mp4,lunge,anna,knees,,,true", "expected 'squat', as in row 2 of the same criterion"),
    (
        HEAD,
        "b.mp4,squat,anna,knees,,,true",
        "row 3, column 'subject': found 'anna'; expected what row 2 says",
    ),
    (
        HEAD,
        GOOD,
        "row 3, column 'criterion': found 'knees'; expected one row for each clip and criterion; row 2",
    ),
    (
        HEAD,
        "a.mp4,squat,anna,knees,,,true,more",
        "row 3: found 'more'; expected no more cells than the header",
    ),
    (HEAD, "a.mp4,squat,anna,back,,,true", "column 'requirement': criterion 'back': found nothing"),
    (
        f"{HEAD},start,end",
        "a.mp4,squat,anna,knees,,,true,x,2",
        "column 'start': found 'x'; expected a number",
    ),
    (
        f"{HEAD},start,end",
        "a.mp4,squat,anna,knees,,,true,nan,2",
        "column 'start': found 'nan'; expected a number",
    ),
    (
        f"{HEAD},start,end",
        "a.mp4,squat,anna,knees,,,true,2,",
        "column 'end': found nothing; expected a number",
    ),
    (f"{HEAD},start,end", "a.mp4,squat,anna,knees,,,true,2,2", "column 'end': found '2'; expected more than"),
    (
        f"{HEAD},start,end",
        "a.mp4,squat,anna,knees,,,true,-1,2",
        "column 'start': found '-1'; expected 0 or more",
    ),
    (
        f"{HEAD},start,end",
        "c.png,squat,anna,knees,,,true,0,1",
        "column 'media': found 'c.png'; expected a video",
    ),
    (
        f"{HEAD},first,last",
        "a.mp4,squat,anna,knees,,,true,1.5,9",
        "column 'first': found '1.5'; expected the number",
    ),
    (
        f"{HEAD},first,last",
        "a.mp4,squat,anna,knees,,,true,9,1",
        "column 'last': found '1'; expected the first frame",
    ),
    (f"{HEAD},rotation", "a.mp4,squat,anna,knees,,,true,45", "column 'rotation': found '45'; expected 0, 90"),
    (
        f"{HEAD},fps",
        "frames,squat,anna,knees,,,true,",
        "column 'fps': found nothing; expected the images a second",
    ),
    (
        f"{HEAD},first,last,fps",
        "frames,squat,anna,knees,,,true,4,9,25",
        "expected a folder that holds all images",
    ),
    (
        f"{HEAD},id",
        "a.mp4,squat,anna,knees,,,true,one",
        "column 'id': found 'one'; expected another id, since row 2",
    ),
]


@pytest.mark.parametrize(("header", "row", "why"), BROKEN)
def test_a_broken_row_is_named_and_left_out(load, header, row, why) -> None:
    blank = "," * (header.count(",") - HEAD.count(","))
    good = f"{GOOD}{',one' if header.endswith(',id') else blank}"
    dataset = load(header, good, row)
    assert len(dataset.problems) == 1, dataset.problems[:]
    assert why in dataset.problems[0]
    assert dataset.problems[0].startswith("clips.csv row 3")
    assert "left out" in dataset.problems[0]
    assert labels(dataset) == [("one" if header.endswith(",id") else "b.mp4", "knees", False)]


def test_two_truths_for_one_clip_leave_neither(load) -> None:
    dataset = load(HEAD, GOOD, "b.mp4,squat,ben,knees,,,true", "a.mp4,squat,anna,knees,,,true")
    assert labels(dataset) == [("a.mp4", "knees", True)]
    assert [problem[:34] for problem in dataset.problems] == [
        "clips.csv row 3, column 'label': f",
        "clips.csv row 2, column 'label': f",
    ]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("11,", "column 'score': found '11'; expected a number from 0 to 10"),
        (",7", "column 'score': found nothing; expected a number from 0 to 10"),
    ],
)
def test_scores_stay_on_their_scale(load, cells, why) -> None:
    header = "media,action,criterion,requirement,fault,minimum,maximum,score,label"
    dataset = load(header, "a.mp4,squat,q,Good.,Bad.,0,10,10,", f"b.mp4,squat,q,,,,,{cells}")
    assert labels(dataset) == [("a.mp4", "q", 10.0)]
    assert why in dataset.problems[0]


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        (
            "R.,F.,,,5,5",
            "column 'maximum': criterion 'q': found 5; expected more than the minimum 5; 2 rows left",
        ),
        ("R.,F.,,,5,", "column 'maximum': criterion 'q': found nothing; with a scale it needs maximum"),
        (",,Which?,one,,", "column 'options': criterion 'q': found 'one'; expected 2 to 26"),
        (",,Which?,one|ONE,,", "column 'options': criterion 'q': found 'one|ONE'"),
        (",,,one|two,,", "column 'question': criterion 'q': found nothing; with options it needs question"),
        ("R.,F.,Which?,one|two,0,1", "column 'options': criterion 'q': has both options and a scale"),
    ],
)
def test_a_criterion_that_is_not_defined_takes_its_rows_along(load, definition, why) -> None:
    header = "media,action,criterion,requirement,fault,question,options,minimum,maximum,label"
    dataset = load(
        header, f"a.mp4,squat,q,{definition},yes", "b.mp4,squat,q,,,,,,,yes", "b.mp4,squat,k,R.,F.,,,,,yes"
    )
    assert list(dataset.criteria) == ["k"]
    assert len(dataset.problems) == 1
    assert why in dataset.problems[0]


def test_ratings_that_cannot_be_read_are_named_and_the_label_stays(load) -> None:
    dataset = load(f"{HEAD},ratings", f"{GOOD},1|perhaps", "a.mp4,squat,anna,knees,,,true,1|1")
    assert [own[0].ratings for own in dataset.labels] == [(), (1.0, 1.0)]
    assert "row 2, column 'ratings': found '1|perhaps'" in dataset.problems[0]


def test_recordings_that_are_missing(load, folder) -> None:
    dataset = load(HEAD, GOOD, "A.mp4,squat,anna,knees,,,true", "no/x.mp4,squat,anna,knees,,,true")
    assert [clip.media is None for clip in dataset.clips] == [False, True, True]
    assert "found 'A.mp4', but only 'a.mp4' is there" in dataset.problems[0]
    assert "found 'no/x.mp4', but its folder cannot be listed" in dataset.problems[1]
    with pytest.raises(DataError, match=r"not one of its 1 recordings.*https.*download it first"):
        load(HEAD, f"https://x.org/a.mp4,squat,anna,{KNEES},true")


def test_folders_of_images_and_archives(load, folder) -> None:
    header = f"{HEAD},fps,start,end,first,last"
    dataset = load(
        header,
        f"frames,squat,anna,{KNEES},true,5,,,,",
        "frames,squat,anna,knees,,,true,5,0.4,1,,",
        "frames,squat,anna,knees,,,true,5,,,6,7",
        "deep.zip/in/d.mp4,squat,ben,knees,,,true,,,,,",
    )
    assert not dataset.problems, dataset.problems[:]
    # Ten images 5-14 at 5 a second; from 0.4 s (the third, number 7) up to, not with, 1 s (number 10).
    assert [clip.media for clip in dataset.clips] == [
        FrameFolder(folder / "frames", "%04d.jpg", 5, 14, 5.0),
        FrameFolder(folder / "frames", "%04d.jpg", 7, 9, 5.0),
        FrameFolder(folder / "frames", "%04d.jpg", 6, 7, 5.0),
        VideoFile(folder / "deep.zip/in/d.mp4"),
    ]
    (folder / "frames" / "0009.jpg").unlink()
    gap = load(header, f"frames,squat,anna,{KNEES},true,5,,,,", "a.mp4,squat,anna,knees,,,true,,,,,")
    assert "its images are numbered 5 to 14, but number 9 is missing" in gap.problems[0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spreadsheets_write_tables_in_many_ways(load, separator, end) -> None:
    rows = [
        f"{HEAD},start,end".replace(",", separator),
        f"a.mp4,squat,anna,{KNEES},true,0.5,1".replace(",", separator),
        separator * 8,
        "",
        'b.mp4,squat,"Ben\nthe 2nd",knees,,, FALSE ,,'.replace(",", separator),
        "",
        "",
    ]
    dataset = load(*rows, encoding="utf-8-sig", end=end)
    assert not dataset.problems
    assert [label.value for own in dataset.labels for label in own] == [True, False]
    assert dataset.clips[1].subject == f"Ben{chr(10)}the 2nd"
    assert len(dataset.notes) == (separator != ",")
    odd = load(*rows[:5], "c.png,squat,c,knees,,,perhaps,,".replace(",", separator), end=end)
    assert odd.problems[0].startswith("clips.csv row 6, ")  # header, Anna, two empty ones, Ben


def test_a_comma_is_a_decimal_point_where_semicolons_separate(load) -> None:
    dataset = load(
        f"{HEAD},start,end".replace(",", ";"),
        f"a.mp4,squat,anna,{KNEES},1,0{{}}5,1".replace(",", ";").replace("{}", ","),
    )
    assert dataset.clips[0].media.span == TimeSpan(0.5, 1.0)


def test_ratings_may_have_decimal_commas_too(load) -> None:
    head = "media;action;subject;criterion;requirement;fault;minimum;maximum;score;ratings"
    row = "a.mp4;squat;anna;form;Flawless.;Poor.;0;10;6,5;6|7|6,5"
    dataset = load(head, row)
    assert list(dataset.problems) == []
    assert dataset.labels[0][0].ratings == (6.0, 7.0, 6.5)


def test_paths_of_windows(load, folder) -> None:
    dataset = load(HEAD, f"deep.zip\\in\\d.mp4,squat,anna,{KNEES},true")
    assert dataset.clips[0].media == VideoFile(folder / "deep.zip/in/d.mp4")
    assert dataset.notes == ["clips.csv: backslashes in 1 paths are read as slashes"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "row 1 is empty"),
        (b"media,criterion\na,b\n", "column 'action' is missing. Found: media, criterion"),
        (b"media,action,criterion,media\n", "column 'media' is there twice"),
        (b"media,action,criterion\n", "no rows below its header"),
        (b"media,action,criterion\n\n\n", "no rows below its header"),
        ("media,action".encode("utf-16"), "UTF-16"),
        (b"media,action,criterion\rx", "CR alone"),
        (b"media,action,criterion\na,b,\xff\n", "row 2: not UTF-8"),
        (b'media,action,criterion\na,b,c\n5" box,b,c\nd,e,f\n', "row 3: a quotation mark"),
        (b'media,action,criterion\na,b,c\n"a,b,c\nd,e,f\n', "row 3: a quotation mark"),
    ],
)
def test_a_table_that_is_none(folder, content, why) -> None:
    path = folder / "t.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(why)) as caught:
        loader.load(OwnOptions(table=path))
    assert str(path) in str(caught.value)


def test_no_usable_row_is_an_error_that_tells_the_first_problems(load) -> None:
    with pytest.raises(DataError, match=r"not one row.*\n.*row 2, column 'label': found 'perhaps'"):
        load(HEAD, f"a.mp4,squat,anna,{KNEES},perhaps")


def test_an_unknown_column_is_named_with_the_nearest(load) -> None:
    dataset = load(f"{HEAD},raitings", f"{GOOD},1|1")
    assert "column 'raitings' is unknown and not read; did you mean 'ratings'?" in dataset.problems[0]


def test_what_a_sound_table_may_hide_is_noted(load) -> None:
    dataset = load(f"{HEAD},split", f"a.mp4,squat,,{KNEES},true,train", "b.mp4,squat,ben,knees,,,true,train")
    assert "1 of 2 clips name no subject" in dataset.notes[0]
    assert "no clip is in the split 'test'" in dataset.notes[1]
    assert [clip.cluster for clip in dataset.clips] == ["a.mp4", "ben"]


def test_parquet_types(folder) -> None:
    frame = pl.DataFrame(
        {
            "media": pl.Series(["a.mp4", "b.mp4", "c.png"], dtype=pl.Categorical),
            "action": ["squat"] * 3,
            "subject": [1.0, 2.0, math.nan],
            "criterion": ["k", "k", "q"],
            "requirement": ["R.", None, "R."],
            "fault": ["F.", None, "F."],
            "label": [True, False, None],
            "score": [None, None, 0.1],
            "minimum": pl.Series([None, None, 0], dtype=pl.Int8),
            "maximum": [None, None, 1.0],
            "ratings": [[1.0, None], None, [0.25, 0.5]],
        }
    )
    frame.write_parquet(folder / "clips.parquet")
    dataset = loader.load(OwnOptions(table=folder))
    assert not dataset.problems
    assert labels(dataset) == [("a.mp4", "k", True), ("b.mp4", "k", False), ("c.png", "q", 0.1)]
    assert [clip.subject for clip in dataset.clips] == ["1", "2", ""]
    assert math.isnan(dataset.labels[0][0].ratings[1])
    assert dataset.labels[2][0].ratings == (0.25, 0.5)
    frame.with_columns(start=pl.lit(0).cast(pl.Duration)).write_parquet(folder / "clips.parquet")
    with pytest.raises(DataError, match="column 'start': of type Duration"):
        loader.load(OwnOptions(table=folder))
    (folder / "clips.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match="not a readable Parquet"):
        loader.load(OwnOptions(table=folder))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), unique_by=lambda r: r[:2], min_size=1
    ),
    block=st.integers(100, 400),
)
def test_any_order_of_rows_in_blocks_of_any_size(folder, monkeypatch, rows, block) -> None:
    """Clips are in the order of their first rows, labels in that of theirs, as a plain loop gives them."""
    monkeypatch.setattr("aqa_eval.datasets.own.csv_blocks.BLOCK", block)
    monkeypatch.setattr("aqa_eval.datasets.own.clips.AHEAD", 2)
    expected: dict[str, list[Label]] = {}
    lines = ["media,start,end,action,criterion,requirement,fault,label"]
    for start, kind, fault in rows:
        name = f"a.mp4@{start}.0-9.5"
        expected.setdefault(name, []).append(Label(name, f"c{kind}", fault))
        lines.append(f'a.mp4,{start},9.5,"a\n""squat""",c{kind},"R, {kind}",F{kind},{fault}')
    path = folder / "clips.csv"
    path.write_text("\n".join(lines))
    dataset = loader.load(OwnOptions(table=path))
    assert not dataset.problems
    assert [clip.id for clip in dataset.clips] == list(expected)
    assert [list(own) for own in dataset.labels] == list(expected.values())
    assert [dataset.clips[place] for place in range(len(expected))] == list(dataset.clips)
    assert dataset.labels[-1] == dataset.labels[len(expected) - 1]
    assert dataset.clips[1:] == list(dataset.clips)[1:]
    assert {clip.action for clip in dataset.clips} == {'a\n"squat"'}


def test_many_bad_rows_cost_no_sentences_until_they_are_read(load) -> None:
    lines = [f"a.mp4,squat,s,knees,,,maybe{n}" for n in range(3000)]
    dataset = load(HEAD, GOOD, *lines)
    assert len(dataset.problems) == 3000
    assert dataset.problems[2999].startswith("clips.csv row 3002, column 'label': found 'maybe2999'")
    assert "  3000 alike:\n" in check.render(dataset)


def test_the_template_loads_once_its_recordings_are_there(tmp_path) -> None:
    folder = tmp_path / "new"
    written = template.write_template(folder)
    assert [path.name for path in written] == ["clips.csv", "study.toml", "README.md"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    with pytest.raises(DataError, match=r"not one of its 2 recordings"):
        open_dataset(loader.LOADER, folder)
    (folder / "videos").mkdir()
    for name in ("anna.mp4", "ben.mp4"):
        assert f"videos/{name}" in (folder / "README.md").read_text()
        (folder / "videos" / name).touch()
    dataset = open_dataset(loader.LOADER, folder)
    assert not dataset.problems, dataset.problems[:]
    assert {item.task for item in dataset.items(list(Task), "test")} == {Task.VERIFY, Task.CHOOSE, Task.SCORE}
    assert len(dataset.pairs) == 1
    with pytest.raises(DataError, match=r"clips\.csv: is already there"):
        template.write_template(folder)


def test_terms_are_the_users(load, folder) -> None:
    load(HEAD, GOOD)
    dataset = loader.load(OwnOptions(table=folder, may_embed=True))
    assert (dataset.terms.may_embed, dataset.terms.may_send) == (True, False)


def test_sequences_have_no_index_beyond_their_end(load) -> None:
    dataset = load(HEAD, GOOD, "a.mp4,squat,anna,knees,,,maybe")
    for sequence in (dataset.clips, dataset.labels, dataset.pairs, dataset.problems):
        values: Sequence[object] = sequence
        with pytest.raises(IndexError):
            values[len(values)]


def test_a_check_without_a_folder_asks_for_one() -> None:
    with pytest.raises(DataError, match="the dataset 'own' needs --root"):
        open_dataset(loader.LOADER, None)


def test_a_check_takes_a_table_or_its_folder(load, folder) -> None:
    load(HEAD, GOOD)
    assert labels(open_dataset(loader.LOADER, folder)) == labels(
        open_dataset(loader.LOADER, folder / "clips.csv")
    )
    (folder / "clips.csv").rename(folder / "other.csv")
    with pytest.raises(DataError, match=r"expected clips.csv or clips.parquet in it, but neither is there"):
        open_dataset(loader.LOADER, folder)
    with pytest.raises(DataError, match=r"gone\.csv: the table cannot be read"):
        open_dataset(loader.LOADER, folder / "gone.csv")


def test_boxes_are_painted_over_in_every_clip(load, folder) -> None:
    load(HEAD, GOOD)
    options = OwnOptions(table=folder, masks=((0.0, 0.0, 0.5, 0.1),))
    assert [clip.masks for clip in loader.load(options).clips] == [(Box(0.0, 0.0, 0.5, 0.1),)]


def test_a_person_in_two_splits_is_noted(load) -> None:
    head = f"{HEAD},split"
    lines = (f"a.mp4,squat,anna,{KNEES},true,train", f"b.mp4,squat,anna,{KNEES},false,test")
    assert any("1 subjects are in more than one split" in note for note in load(head, *lines).notes)
    assert any(note.endswith("people of another: anna") for note in load(head, *lines).notes)
    alone = load(head, lines[0], lines[1].replace("anna", "ben"))
    assert not any("more than one split" in note for note in alone.notes)


def test_a_code_and_a_difficulty_are_kept_for_each_clip(load) -> None:
    dataset = load(
        f"{HEAD},code,difficulty",
        f"a.mp4,dive,anna,{KNEES},true,407C,3.2",
        "a.mp4,dive,anna,head,The head is up.,The head is down.,true,,",
        f"b.mp4,dive,ben,{KNEES},false,,",
        "b.mp4,dive,ben,head,The head is up.,The head is down.,true,5253B,x",
    )
    assert [(clip.code, clip.difficulty) for clip in dataset.clips] == [("407C", 3.2), ("", None)]
    assert "row 5" in dataset.problems[0]
    assert "difficulty" in dataset.problems[0]
    contradicted = load(
        f"{HEAD},code",
        f"a.mp4,dive,anna,{KNEES},true,407C",
        "a.mp4,dive,anna,head,The head is up.,The head is down.,true,405C",
    )
    assert [clip.code for clip in contradicted.clips] == ["407C"]
    assert "'405C'" in contradicted.problems[0]
