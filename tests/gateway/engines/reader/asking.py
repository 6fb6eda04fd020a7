"""A question put to the reader about one page, as the assistant puts it."""

from datetime import UTC, datetime

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
REFUSED = "I cannot find that in the document."
REFUSED_ZH = "我在文件里找不到这一点。"


def ask(question: str, page: str) -> str:
    """The answer without its marks."""
    pages = (PromptPage("page.png", 1, tuple(page.split("\n"))),)
    answer = read(parse_prompt(build_prompt(PromptParts(question, pages))), NOW).answer
    return answer.partition(" [page.png")[0]
