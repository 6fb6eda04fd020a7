"""Questions as they are spoken, made plain: without fillers and courtesies, with apostrophes that were not typed."""

from __future__ import annotations

import re

from text.script import has_ideographs

_CONTRACTIONS = {
    "whats": "what is", "whos": "who is", "wheres": "where is", "whens": "when is", "hows": "how is",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "cant": "cannot", "couldnt": "could not", "wont": "will not", "wouldnt": "would not",
    "shouldnt": "should not", "havent": "have not", "hasnt": "has not", "im": "I am", "ive": "I have",
    "theres": "there is", "thats": "that is",
}  # fmt: skip
_UNTYPED = re.compile(rf"\b(?:{'|'.join(_CONTRACTIONS)})\b", re.IGNORECASE)
_FILLER = re.compile(
    r"(?:^|(?<=[\s,]))(?:(?:u+m+|u+h+|e+r+m*|h+m+)(?:[,.]+|(?=\s)|$)|(?:you know|i mean),)\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:ok(?:ay)?|so|well|hey|alright|right|now|listen|look|excuse me|sorry|please|just|quick question)[,.:]?\s+)+"
    r"(?=\S+\s+\S)",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:i(?: woul|['’])d (?:just )?(?:really )?like to (?:know|ask|find out)(?: about)?|i (?:just )?(?:want"
    r"|need|have) to "
    r"(?:know|find out|ask)|i(?: was|['’]m| am)(?: just)? wondering|(?:can|could|would|will) you (?:please "
    r"|maybe |perhaps )?(?:tell"
    r"|show|remind) me|(?:please )?(?:tell|show|remind) me|do you (?:happen to )?know|any idea|let me know"
    r"|(?:can|could) you"
    r" (?:please )?(?:check|look|see|find out|look up)|i do not know|does (?:it|the \w+"
    r"|this \w+) say)(?: for me)?[,:]?\s+"
    r"(?=(?:if|whether|what|who|whom|whose|when|where|why|how|which|the name of|on which|at what|by when|from)\b)",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"^(?:if|whether) (?P<rest>.+)", re.IGNORECASE)
_CLOSING = re.compile(r"[,.]?\s+(?:please|thanks|thank you|thx)(?: very much| a lot)?\s*(?=[?.!]*$)", re.IGNORECASE)
_OPENING_ZH = re.compile(
    r"^(?:嗯+|呃+|那个|就是|你好|您好|请问一下|请问|麻烦|劳驾|帮我?(?:看看|看一下|查一下|查查|找一下)"
    r"|我?想(?:请)?(?:问|知道|了解|请教)(?:一下|下)?|我要问(?:一下)?"
    r"|(?:你|您)?(?:能不能|能|可以|可不可以)?(?:请)?告诉我(?:一下)?|你知道|您知道|看看|[,，、 ]|这上面"
    r"|这里面)+(?=.{3,})"
)
_CLOSING_ZH = re.compile(r"(?<=.{3})(?:啊|呀|哦|啦|嘛|谢谢(?:你|您)?|[,，])+(?=[?？。!！]*$)")


def plainly(said: str) -> str:
    """What was said, without what only opens or closes it; unchanged when nothing would be left."""
    if has_ideographs(said):
        plain = _CLOSING_ZH.sub("", _OPENING_ZH.sub("", said.strip()))
    else:
        plain = _UNTYPED.sub(lambda found: _CONTRACTIONS[found[0].lower()], _FILLER.sub("", said.strip()))
        plain = _CLOSING.sub("", _OPENING.sub("", plain))
        without = _COURTESY.sub("", plain)
        if without != plain:
            plain = _as_question(without)
    return plain or said


def _as_question(clause: str) -> str:
    """An indirect yes-or-no question as a direct one: "if dogs are allowed" is "are dogs allowed"."""
    indirect = _WHETHER.match(clause)
    if indirect is None:
        return clause
    words = indirect["rest"].split()
    place = next((at for at, word in enumerate(words) if word.lower() in _AUXILIARIES), None)
    if place is None:
        return f"do {indirect['rest']}"
    return " ".join([words[place], *words[:place], *words[place + 1 :]])


_AUXILIARIES = frozenset("is are was were can could may must will do does did has have should am".split())
