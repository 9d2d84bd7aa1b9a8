"""The estimate held against the first request's count."""

from __future__ import annotations

TOLERANCE = 0.10


def compare_first(judge: str, estimated: float, counted: int) -> str:
    """What is said when the endpoint's count of a prompt is over a tenth off the estimate; else empty."""
    if estimated <= 0 or counted <= 0:
        return ""
    if abs(counted - estimated) <= TOLERANCE * estimated:
        return ""
    times = counted / estimated
    return (
        f"judge '{judge}': the endpoint counted {counted:,} tokens in the first prompt where the plan has "
        f"{estimated:,.0f}. Cost and context of the plan are off by about as much: x {times:.2f}. Is "
        "'family' right, and does the server resize or sample pictures its own way?"
    )
