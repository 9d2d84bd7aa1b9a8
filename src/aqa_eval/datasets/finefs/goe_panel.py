"""The grades of execution of a figure skating panel.

ISU Special Regulations & Technical Rules, Single & Pair Skating, rule 353: each judge grades an element from
-5 to +5; what they make together is `measures.panels.trimmed_mean`.
"""

from __future__ import annotations

LOWEST, HIGHEST = -5, 5
USUAL_SIZES = range(7, 10)
