"""An answer that is none: declined by policy, or left open because it cannot be told.

The two are told apart by the note: it begins "declined:" where a judge will not, and "abstained:" where it
cannot. Known in English, German, French, Spanish, Portuguese, Chinese, Japanese, Korean, Russian and Arabic;
a refusal in another language is unparsed.
"""

from __future__ import annotations

import re

_DECLINED = re.compile(
    r"\b(?:can(?:'t|not)|could not|couldn't|won't|will not|unable to|not able to|must decline to|decline to"
    r"|not comfortable)\s+(?:\w+\s+){0,2}?"
    r"(?:assist|help|comply|provide|fulfill?|engage|participate|discuss|do that|continue)"
    r"|\bI must decline\b|\bagainst (?:my|the) (?:guidelines|policy|policies)\b"
    r"|\bas an AI\b[^.\n]{0,60}\b(?:can(?:'t|not)|unable|not able|do not|don't)\b"
    r"|kann (?:ich )?(?:dir |ihnen |dabei |damit )*(?:leider )?nicht (?:helfen|weiterhelfen)"
    r"|ne peux pas (?:vous |t')?(?:aider|répondre|fournir)|no puedo (?:ayudar|asistir|proporcionar)"
    r"|(?:não posso|não consigo) (?:ajudar|fornecer)|не могу (?:вам )?(?:помочь|предоставить)"
    r"|无法(?:协助|提供|帮助|满足)|不能(?:协助|提供|帮助)|お手伝いできません|お答えできません"
    r"|도와드릴 수 없|لا يمكنني (?:المساعدة|تقديم)",
    re.IGNORECASE,
)
_ABSTAINED = re.compile(
    r"\bI(?:'m| am)? (?:can(?:'t|not)|could(?:n't| not)|unable to|not able to)\b"
    r"|\b(?:cannot|can't|can not|unable to|impossible to|not possible to)\s+(?:be )?(?:\w+ly )?"
    r"(?:tell|judged?|determined?|assess(?:ed)?|answer(?:ed)?|see|seen|say|evaluated?|decided?|verif(?:y|ied))"
    r"|\b(?:not|n't) (?:enough|sufficient) (?:information|evidence|frames|detail)"
    r"|\binsufficient (?:information|evidence)"
    r"|lässt sich[^.\n]{0,60}nicht (?:beurteilen|sagen|feststellen|erkennen)"
    r"|impossible (?:à|de) (?:dire|déterminer)|no se puede (?:determinar|saber|ver)"
    r"|não é possível (?:determinar|saber|ver)|невозможно (?:определить|сказать)"
    r"|无法(?:判断|确定|看清)|判断できません|わかりません"
    r"|판단할 수 없|알 수 없습니다|لا يمكن (?:تحديد|الحكم)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"[\s*_`\"'(]*(?:the answer is )?(?:unknown|not visible"
    r"|cannot tell|can't tell|unclear|undetermined|indeterminate)"
    r"[\s*_`\"').!]*",
    re.IGNORECASE,
)


def refusal(text: str) -> str:
    """The word "declined" or "abstained", or "" where the text refuses nothing."""
    if _DECLINED.search(text):
        return "declined"
    return "abstained" if _ABSTAINED.search(text) or _BARE.fullmatch(text) else ""
