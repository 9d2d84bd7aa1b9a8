"""What of an answer's text was said to the asker: without thinking, template tokens, markup and dirt."""

from __future__ import annotations

import re

_CLOSED = re.compile(r"</think(?:ing)?\s*>|</thoughts?\s*>|\[/THINK\]|◁/think▷", re.IGNORECASE)
_OPENED = re.compile(
    r"<think(?:ing)?\b[^<>]{0,60}>|<thoughts?\b[^<>]{0,60}>|\[THINK\]|◁think▷", re.IGNORECASE
)
_ANSI = re.compile(r"\x1b\[[0-9;]{0,12}[A-Za-z]")
_BOX = re.compile(
    r"\\boxed\s{0,3}\{\s{0,3}(?:\\(?:text|textbf|mathrm|mathbf)\s{0,3}\{([^{}]*)\}|([^{}]*))\s{0,3}\}"
    r"|<\|begin_of_box\|>([^<]*)<\|end_of_box\|>"
)
_TEMPLATE = re.compile(
    r"<\|[A-Za-z_0-9]{1,40}\|>|</?s>|<(?:eos|bos|pad|end_of_turn|start_of_turn)>|\[/?INST\]"
)
_INLINE = re.compile(r"</?(?:b|strong|i|em|u|code|span|font|mark)\b[^<>]{0,80}>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|br|div|h[1-6]|html|body|center|ul|ol|li|blockquote|pre)\b[^<>]{0,80}>", re.IGNORECASE
)
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<tool_call>", "</tool_call>"))
"""What stands between these is no speech: comments, programs, and calls of tools that nobody offered."""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME = _FULL_WIDTH | str.maketrans("\u3002\u3001\u2018\u2019\u201c\u201d\u066b", ".,''\"\".")


def spoken(text: str) -> tuple[str, bool]:
    """(the text without its thinking, whether the thinking was left open).

    Templates may open the thinking themselves, so that only `</think>` shows up in the answer.
    """
    after = _CLOSED.split(text)[-1]
    opened = _OPENED.search(after)
    return (after[: opened.start()] if opened else after).strip(), opened is not None


def thoughts(text: str) -> str:
    """The thinking inside a text, without its marks, closed or not; empty where it has none."""
    *closed, after = _CLOSED.split(text)
    opened = _OPENED.search(after)
    parts = [*closed, after[opened.end() :] if opened else ""]
    return "\n".join(said for part in parts if (said := _OPENED.sub("", part).strip()))


def cleaned(text: str) -> str:
    r"""The text in plain characters: full width as ASCII, curly quotes straight, control characters and
    whatever has no width as blanks, formatting tags and the tokens of chat templates gone, and a box
    (`\boxed{True}`) as `<answer>` tags. No character is dropped that could join two words into one.
    """
    text = _ANSI.sub(" ", text.replace("\r\n", "\n")).translate(_SAME)
    text = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)
    text = _BOX.sub(
        lambda box: f"<answer>{box.group(1) or box.group(2) or box.group(3) or ''}</answer>", text
    )
    for opening, closing in _UNREAD:
        text = _without(text, opening, closing)
    text = _TEMPLATE.sub("\n", text)
    return _BLOCK.sub("\n", _INLINE.sub("", text)).strip()


def _without(text: str, opening: str, closing: str) -> str:
    """The text without all that stands between two marks; what is never closed reaches to the end."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when they are lowered; then places would not match
        lowered = text
    kept, place = [], 0
    while (start := lowered.find(opening, place)) >= 0:
        kept.append(text[place:start])
        end = lowered.find(closing, start)
        place = len(text) if end < 0 else end + len(closing)
    return "".join((*kept, text[place:]))


def quote(text: str) -> str:
    """The beginning of a text on one line, in quotation marks."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:2000]).split())
    return f'"{line}"' if len(line) <= 120 else f'"{line[:120]}..."'
