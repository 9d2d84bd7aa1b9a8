"""Derives the lists of records in EgoExo-Fitness's official split from the authors' pair files.

    python scripts/derive_egoexo_split.py ANNOTATIONS

ANNOTATIONS is the folder `CVSV_benchmark/annotations` of a clone of
github.com/iSEE-Laboratory/EgoExo-Fitness. Only the ids of records are written, no line of the files.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aqa_eval.datasets.egoexo_fitness.official_split import FILES, SHIPPED, records_of

TARGET = Path(__file__).parents[1] / "src" / "aqa_eval" / "datasets" / "egoexo_fitness" / SHIPPED
HEAD = """\
# The official split of EgoExo-Fitness by record, for whoever has the dataset: ids only, no annotation.
#
# Derived by scripts/derive_egoexo_split.py from CVSV_benchmark/annotations/{train,test}_pairs_open.txt of
# github.com/iSEE-Laboratory/EgoExo-Fitness at 43175dc9522dad967ae209c557862badbce25008, which is licensed
# under the Apache License 2.0: Li, Huang, Wang, Zeng, Meng, Zheng, "EgoExo-Fitness: Towards Egocentric and
# Exocentric Full-Body Action Understanding", ECCV 2024. Changed: reduced to the ids of the records, sorted.
"""


def written(annotations: Path) -> str:
    """The text of the file of lists. Ends the program where a record is in both."""
    problems: list[str] = []
    lists = {
        split: records_of((annotations / name).read_bytes(), name, problems) for split, name in FILES.items()
    }
    if both := lists["train"] & lists["test"]:
        sys.exit(f"records in both files: {', '.join(sorted(both))}")
    for problem in problems:
        print(problem, file=sys.stderr)
    text = HEAD
    for split, records in lists.items():
        lines = "".join(f'  "{record}",\n' for record in sorted(records))
        text += f"\n{split} = [ # {len(records)}\n{lines}]\n"
    return text


def main() -> None:
    """Writes the file into the package."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    part = TARGET.with_suffix(".part")
    part.write_text(written(Path(sys.argv[1])), encoding="utf-8")
    part.replace(TARGET)
    print(TARGET)


if __name__ == "__main__":
    main()
