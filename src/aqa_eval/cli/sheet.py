"""A contact sheet: one clip in every way in which a study shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from aqa_eval.errors import MediaError, StudyError
from aqa_eval.media import FrameStore, contact_sheet
from aqa_eval.plan import Plan
from aqa_eval.vocabulary import Item, Presentation, Rendered, Shown, Task


def write_sheet(plan: Plan, store: FrameStore, clip: str | None, path: Path) -> None:
    """Write the contact sheet of a clip (without one: of the first) to `path`, a row for each way to show it.

    Ways in which it cannot be shown are named on the terminal. Raises StudyError where there is no such clip
    or the file cannot be written.
    """
    if path.suffix.lower() not in {".jpg", ".jpeg"}:
        raise StudyError(f"{path}: a contact sheet is a JPEG file; name it .jpg")
    items = [*_items(plan, clip)]
    if not items:
        wanted = (
            f"clip '{clip}' is not among those asked about"
            if clip
            else "nothing that is asked shows a picture"
        )
        raise StudyError(f"contact sheet: {wanted}; aqa-eval plan lists what is asked")
    shown = items[0].clips[0]
    wants = dict.fromkeys(want for item in items for want in plan.showings(item, shown))
    rows: list[tuple[str, list[bytes]]] = []
    for want in wants:
        try:
            seen = store.shown(shown, [want])[want]
        except MediaError as error:
            typer.echo(f"{label(want)}: {error}", err=True)
            continue
        if seen.text:
            typer.echo(f"{label(want)}:\n{seen.text}")
        if seen.frames:
            rows.append((_heading(want, seen), [store.jpeg(frame.digest) for frame in seen.frames]))
    try:
        path.write_bytes(contact_sheet(rows))
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror}") from error
    drawn = ", rendered" if isinstance(shown.media, Rendered) else ""
    typer.echo(f"{path}: clip {shown.id} of {shown.dataset}{drawn}, {len(rows)} ways to show it")


def _items(plan: Plan, clip: str | None) -> Iterator[Item]:
    """Everything that is asked about the chosen clip alone, its controls among it."""
    shown = [
        item for item in plan.items() if item.task is not Task.COMPARE and item.clips[0].media is not None
    ]
    chosen = clip or next((item.clips[0].id for item in shown if item.task is not Task.CONTROL), None)
    return (item for item in shown if item.clips[0].id == chosen)


def label(want: Presentation) -> str:
    """How a clip is shown, in words."""
    sampling = want.sampling
    frames = f"{sampling.fps:g} fps" if sampling.count is None else f"{sampling.count} frames"
    if sampling.count == 1:
        frames = "1 frame"
    odd = [f"keypoints {want.keypoints}"] if want.keypoints != "blazepose" else []
    odd += [want.perturbation] if want.perturbation != "none" else []
    odd += [f'written in: "{want.captions[0]}"'] if want.captions else []
    odd += [f"film, {want.film}"] if want.film else []
    return ", ".join([want.representation, frames, *odd])


def _heading(want: Presentation, seen: Shown) -> str:
    covered = "" if seen.coverage is None else f" (body found in {seen.coverage:.0%} of the frames)"
    return label(want) + covered
