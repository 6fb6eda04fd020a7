"""Tells a complaint ("that's wrong", "答非所问") from a correction: it says that, and not what."""

from __future__ import annotations

import re

import regex

from gateway.feedback.units import comparable

_CLAUSES = re.compile(r"[.,;:!?…。，、；：！？\n]+")

LONGEST = 80
"""Characters of a clause; a longer one says something."""

_THIS = (
    r"(?:(?:this|that|it|he|she|you|u|(?:the|this|that|your) answer|ai|the bot)"
    r"(?:'s|'re| is| are| was| were)?)"
)
_VERY = r"(?:so|just|totally|completely|absolutely|simply|really|very|all|plain|still|utterly|pretty|quite|a|an|the)"
_BAD = (
    r"(?:wrong|incorrect|false|untrue|bad|terrible|horrible|awful|useless|nonsense|rubbish|garbage|trash|stupid|dumb"
    r"|inaccurate|mistake|mistaken|misleading|unhelpful|worse|joke|lie|lying|not (?:right|correct|true|good|helpful"
    r"|accurate|what i (?:asked|wanted|meant)(?: for)?|the (?:right )?answer))"
)
_IT = r"(?: it| this| that| your answer| the answer)?"
_IT_OR_ME = r"(?: it| this| that| me| my question| the question)?"
_DID = r"(?:got|did|read|heard|understood|calculated|counted|answered)"
_DO_NOT = r"(?:don't|do not|doesn't|does not|didn't|did not)"
_FAILS = r"(?:understand(?: (?:it|(?:my|the) question))?|make (?:any )?sense|help|work|answer (?:my|the) question)"
_ENGLISH = (
    rf"(?:{_THIS} )?(?:{_VERY} )*{_BAD}(?: (?:answer|response|reply))?(?: (?:again|you|this time))*",
    r"(?:no+|nope|wtf|omg|ugh|lol|come on|sorry|please|really|hello|seriously)",
    r"(?:please )?(?:try|do it|answer)(?: it| this| that)? again(?: please)?",
    rf"(?:please )?(?:fix|correct|redo|improve|change){_IT}(?: please)?",
    rf"i (?:really |just )?{_DO_NOT} (?:like|want|believe|understand|agree with){_IT}",
    rf"(?:you|it|this) {_DO_NOT} {_FAILS}(?: me| at all)?",
    rf"(?:you (?:have |just )?)?{_DID}{_IT_OR_ME}(?: all| completely)? wrong",
    rf"(?:you )?misunderstood{_IT_OR_ME}",
    r"(?:you )?(?:made|are making|made up|make) (?:a mistake|mistakes|things up|this up|it up)",
    r"learn to read|check (?:again|your facts|it again)|think (?:again|harder)|be better|do better",
)
_THIS_ZH = (
    r"(?:你|您|它|这|这个|那个|这条|你的|这里|你这|这是|你这是)?(?:的)?"
    r"(?:回答|答案|回复|答复|说法|说的|讲的|内容|东西)?(?:是)?"
)
# No word of it is made of others: a text could else be read in a number of ways that doubles with each of them.
_VERY_ZH = r"(?:完全|根本|都|太|很|真|简直|又|还|明显|全|非常|就|是|一派)*"
_BAD_ZH = (
    r"(?:(?:算|看|说|听|写|读|答|搞|弄|记|想|认|理解|翻译|识别|回答|计算)?(?:得)?(?:不对|不正确|不准确|错)"
    r"|不好|不行|不是这样|错误|有误|有错|有问题|胡说|胡说八道|乱说|乱讲|胡扯|扯淡|瞎说|瞎编|瞎扯|编造"
    r"|编的|胡言|胡言乱语|垃圾|没用|无用|没有用|废话|差|差劲|烂|糟糕|离谱|答非所问|文不对题|莫名其妙|看不懂|不满意|没有帮助"
    r"|没帮助)"
)
_END_ZH = r"(?:的|了|啦|啊|吧|呀|嘛|哦|呢|吗|得)*(?:离谱|厉害)?"
_CHINESE = (
    rf"{_THIS_ZH}{_VERY_ZH}{_BAD_ZH}{_END_ZH}",
    r"(?:不|不不|不是|唉|哎|喂|呵呵|哈哈|拜托|天哪|什么鬼|什么玩意|什么东西)(?:啊|吧|呀|嘛)?",
    r"(?:请|麻烦|给我)?(?:你)?(?:重新|再|重)(?:回答|答|想|做|说|来|写|生成)(?:一遍|一次|一下|吧)*",
    r"(?:请|麻烦)?(?:你)?(?:改|修改|改正|纠正|改进)(?:一下|正确|吧)*(?:答案|回答)?",
    rf"(?:你)?{_VERY_ZH}(?:没|没有|不)(?:听懂|看懂|懂|明白|理解|回答)(?:我的)?(?:问题|意思|话)?(?:吗|吧|啊)?",
    r"(?:我)?(?:很)?(?:不喜欢|不同意|不满意|不认同)(?:这个|你的)?(?:答案|回答)?",
)
_COMPLAINT = regex.compile("|".join((*_ENGLISH, *_CHINESE)))
_VERDICT = re.compile(
    r"yes|no|right|wrong|true|false|correct|incorrect|that's (?:right|correct|true)"
    r"|对|不对|是|不是|正确|不正确|错|错误|对的|错的|是的|没错"
)
"""An answer to a question of yes or no. Its correction is one too, however much it looks like a complaint."""


def is_complaint(corrected: str, original: str) -> bool:
    """Whether every clause of `corrected` only says that something is wrong.

    Not so where `original` is itself a verdict: "不对。" is then an answer.
    """
    if _VERDICT.fullmatch(comparable(original)):
        return False
    clauses = [clause for clause in (comparable(part) for part in _CLAUSES.split(corrected)) if clause]
    return bool(clauses) and all(len(clause) <= LONGEST and _COMPLAINT.fullmatch(clause) for clause in clauses)
