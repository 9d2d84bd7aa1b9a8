"""The four datasets that may not be redistributed, as made-up downloads in the authors' layouts, archived."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MADE = Path(__file__).parent / "datasets"
LAYOUTS = {"llm_fms": "rar", "egoexo_fitness": "split-tar", "fitness_aqa": "released", "finefs": "archives"}

STUDY = """
name = "downloads"
seed = 3
controls = 0
[[dataset]]
name = "llm-fms"
root = "{llm_fms}"
tasks = ["verify", "choose", "compare"]
limit = 30
[[dataset]]
name = "egoexo-fitness"
root = "{egoexo_fitness}"
tasks = ["verify", "score"]
limit = 8
[[dataset]]
name = "fitness-aqa"
root = "{fitness_aqa}"
tasks = ["verify", "compare"]
limit = 30
[[dataset]]
name = "finefs"
root = "{finefs}"
tasks = ["score", "compare"]
{judges}
[conditions]
frames = 3
size = 64
"""


def write(folder: Path, judges: str = "") -> Path:
    """Write the downloads and a study of all of them below `folder`; gives the study file."""
    roots = {}
    for name, layout in LAYOUTS.items():
        script = [sys.executable, str(MADE / f"synthetic_{name}.py"), str(folder / name), layout]
        written = subprocess.run(script, capture_output=True, text=True, check=True).stdout.strip()
        roots[name] = Path(written).as_posix()
    study = folder / "study.toml"
    study.write_text(STUDY.format(judges=judges, **roots), encoding="utf-8")
    return study
