"""Text from outside made safe to show: nothing invisible, nothing that cannot be written as UTF-8.

What a model says is data. Escaping for HTML is the template's work; this is what escaping leaves over:
control characters (a null byte ends a page for some readers), lone surrogates (no file can hold them),
and the directional controls with which text can be made to read otherwise than it is (Unicode TR 36).
"""

from __future__ import annotations

_CONTROL_PICTURES = 0x2400  # U+2400..U+241F picture the control characters U+0000..U+001F
_KEPT = "\t\n"
_DIRECTIONAL = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_SHOWN: dict[int, str] = (
    {code: chr(_CONTROL_PICTURES + code) for code in range(0x20) if chr(code) not in _KEPT}
    | {0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    | {code: f"[U+{code:04X}]" for code in _DIRECTIONAL}
    | dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)
    | dict.fromkeys((0xFFFE, 0xFFFF), _REPLACEMENT)
)


def visible(text: str) -> str:
    """`text` with every control, directional control and lone surrogate replaced by a visible sign.

    Line ends become a plain newline. Ordinary text of any language, right-to-left included, is unchanged.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SHOWN)


def gist(text: str, limit: int = 280) -> tuple[str, str]:
    """`text` as (what is shown at once, the rest): the first sentence apart from the others if it is long."""
    first, stop, rest = text.partition(". ")
    return (text, "") if len(text) <= limit or not rest else (first + stop.strip(), rest)
