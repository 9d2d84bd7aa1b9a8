"""A folder to start a dataset of one's own from: a table with an example of each task, a study, a guide."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from uuid import uuid4

from aqa_eval.datasets.own.columns import COLUMNS, described
from aqa_eval.errors import DataError

_CLIP = {"action": "bodyweight squat", "split": "test"}
_KNEES = {
    "criterion": "knees",
    "requirement": "The knees stay over the feet throughout the squat.",
    "fault": "The knees fall inwards during the squat.",
}
ROWS: tuple[dict[str, str], ...] = (
    _CLIP
    | _KNEES
    | {"media": "videos/anna.mp4", "start": "1.5", "end": "4", "subject": "anna", "view": "front"}
    | {"label": "true", "ratings": "1|1|0"},
    _CLIP
    | {"media": "videos/ben.mp4", "subject": "ben", "view": "front"}
    | {"criterion": "knees", "label": "false", "ratings": "0|0|0"},
    _CLIP
    | {"media": "videos/ben.mp4", "criterion": "depth", "question": "How deep is the squat?"}
    | {"options": "above parallel|parallel|below parallel", "label": "parallel"},
    _CLIP
    | {"media": "videos/anna.mp4", "start": "1.5", "end": "4", "criterion": "quality"}
    | {"requirement": "The squat is flawless: deep, upright and controlled."}
    | {"fault": "The squat fails: it is shallow, bent over or out of control."}
    | {"minimum": "0", "maximum": "10", "unit": "points", "score": "6.5", "ratings": "6|7|6.5"},
    _CLIP
    | {"media": "videos/anna.mp4", "start": "1.5", "end": "4", "criterion": "knees"}
    | {"media_b": "videos/ben.mp4", "better": "second"},
)
"""The rows of the template: verify twice, choose, score, and a comparison."""

STUDY = """\
# Your clips, asked of a model. First: aqa-eval datasets own --root .  and  aqa-eval plan study.toml
name = "my-clips"
seed = 7

[[dataset]]
name = "own"
table = "clips.csv"
# root = "recordings"      # where the paths in the table start from; by default the table's own folder
may_embed = false          # may frames of your clips be shown in a report? Ask those who are in them
may_send = false           # may frames leave this machine for somebody else's server?

# Reference judges: what a model has to beat.
[[judge]]
protocol = "constant"

[[judge]]
protocol = "prior"

# Your model, behind any OpenAI-style endpoint (vLLM, SGLang, LMDeploy, Ollama, llama.cpp, OpenRouter ...).
# [[judge]]
# protocol = "openai"
# base_url = "http://127.0.0.1:8000/v1"
# model = "Qwen/Qwen3-VL-8B-Instruct"
"""

_GUIDE = """\
# Your own clips

`clips.csv` holds one row for each clip and each thing that is judged about it. Its example rows name the
files `videos/anna.mp4` and `videos/ben.mp4`, which are not here: put your recordings beside the table, and
your rows in place of the examples.

1. Rows 2 and 3 (a spreadsheet's numbers) are **verified**: is the fault `knees` there? Row 2 says what is
   judged and row 3 need not repeat it. Both have three raters.
2. Row 4 is a **choice** between options.
3. Row 5 is a **score** on a scale. It is about the same clip as row 2: same recording, same span.
4. Row 6 **compares** two clips by the criterion `knees`.

Check the table with `aqa-eval datasets own --root .` in this folder: it counts what it found and names every
row that cannot be used, and why. `study.toml` asks a model.

## Columns

Only those that you need must be there, in any order. Commas, semicolons or tabs may stand between them; the
text is UTF-8. A Parquet file with the same columns does as well.

{columns}
"""


def write_template(folder: Path) -> list[Path]:
    """Write `clips.csv`, `study.toml` and `README.md` into `folder`, which is made where it is missing.

    Nothing is ever overwritten. Raises DataError where one of the files is there or cannot be written.
    """
    contents = {
        "clips.csv": _table(),
        "study.toml": STUDY,
        "README.md": _GUIDE.format(columns=described()),
    }
    paths = {folder / name: text for name, text in contents.items()}
    taken = [path for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise DataError(f"{taken[0]}: is already there, and nothing is overwritten. Name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in paths.items():
            _write_whole(path, text)
    except OSError as error:
        raise DataError(f"{folder}: the template cannot be written ({error.strerror or error}).") from error
    return list(paths)


def _table() -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in COLUMNS], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(ROWS)
    return text.getvalue()


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
