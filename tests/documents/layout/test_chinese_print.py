"""Signs of Chinese print that Tesseract is known to misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.layout.chinese_print import with_signs_mended
from tests.documents.scripted_reader import read_line


def mended(*words: str, gaps: dict[int, int] | None = None) -> list[str]:
    line = read_line(*((word, (gaps or {}).get(place, 0)) for place, word in enumerate(words)))
    (out,) = with_signs_mended([line])
    return [read.word.text for read in out]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["停气", "日期", ":", "”2026", "年"], ["停气", "日期", ":", "2026", "年"]),
        (["支付", "方式", "：", "=", "现金"], ["支付", "方式", "：", "现金"]),
        (["店", "〈", "朝阳", "路", ")"], ["店", "(", "朝阳", "路", ")"]),
        (["《5", "元", ")"], ["(5", "元", ")"]),
        (["《论语》"], ["《论语》"]),
        (["须", "赁", "门禁卡"], ["须", "凭", "门禁卡"]),
        (["房屋", "租", "赁", "合同"], ["房屋", "租", "赁", "合同"]),
        (["2026", "年", "]", "月"], ["2026", "年", "1", "月"]),
        (["三", "年级", "]", "班"], ["三", "年级", "1", "班"]),
        (["2026", "年", "1]", "月"], ["2026", "年", "1", "月"]),
        (["]", "号", "楼"], ["1", "号", "楼"]),
        (["11", "至", "1l", "层"], ["11", "至", "11", "层"]),
        (["牛奶", "1L"], ["牛奶", "1L"]),
        (["营业", "8:00", "一", "22:00"], ["营业", "8:00", "-", "22:00"]),
        (["第一", "层"], ["第一", "层"]),
        (["钱", "师", "传"], ["钱", "师", "傅"]),
        (["师", "传", "承"], ["师", "传", "承"]),
        (["：", "复方"], ["·", "复方"]),
        (
            ["大写", "：", "过", "佰", "僚", "拾", "元", "喜", "角"],
            ["大写", "：", "壹", "佰", "叁", "拾", "元", "壹", "角"],
        ),
        (["7天", "内", "和", "凭", "小票"], ["7天", "内", "凭", "小票"]),
        (["电话", ";", "555"], ["电话", "：", "555"]),
        (["不吸烟", "；", "不喝酒", "。"], ["不吸烟", "；", "不喝酒", "。"]),
        (["2,", "一年"], ["2、", "一年"]),
        (["2,000", "元"], ["2,000", "元"]),
        (["笔", "Y12.40"], ["笔", "¥12.40"]),
        (["他", "说", "：", "“好”"], ["他", "说", "：", "“好”"]),
    ],
)
def test_misread_signs_are_put_right(read: list[str], meant: list[str]) -> None:
    """What was read into white goes, what was taken for another sign is changed, and sound text stays."""
    assert mended(*read) == meant


def test_english_is_left_alone() -> None:
    """A line without Chinese characters is not touched."""
    assert mended("Total:", "=", "Y12.40") == ["Total:", "=", "Y12.40"]


@given(st.lists(st.text("停水：”=“,。1年月Y.00(〈)", min_size=1, max_size=6), min_size=1, max_size=6))
def test_no_character_of_chinese_gets_lost(words: list[str]) -> None:
    """Only marks may go, words never come out empty, and a line always has one."""
    out = mended(*words)
    assert out
    assert all(out)
    kept = "停水年月"
    assert [c for c in "".join(out) if c in kept] == [c for c in "".join(words) if c in kept]


@pytest.mark.parametrize(
    ("read", "gaps", "meant"),
    [
        (["收银员", ":，", "李敏"], {}, ["收银员", ":", "李敏"]),
        (["数量", "《单价", "”金额"], {1: 9, 2: 9}, ["数量", "单价", "金额"]),
        (["书名", "《论语》"], {1: 9}, ["书名", "《论语》"]),
        (["18", "日", "星期", "三", ")", "上午"], {2: 1, 5: 1}, ["18", "日", "(星期", "三", ")", "上午"]),
        (["请", "看", "三", ")", "题"], {}, ["请", "看", "三", ")", "题"]),
    ],
)
def test_marks_at_the_edges_of_cells_and_lost_brackets(read: list[str], gaps: dict[int, int], meant: list[str]) -> None:
    """No cell begins with a closing mark, and a bracket that is closed was opened where white was taken for a space."""
    assert mended(*read, gaps=gaps) == meant


def test_so_many_boxes_are_no_meetings() -> None:
    """A figure and 会 alone in a cell is 盒; in a sentence it stays."""
    assert mended("胶囊", "1", "会", "21.80", gaps={1: 9, 3: 9}) == ["胶囊", "1", "盒", "21.80"]
    assert mended("2", "会", "3", "楼") == ["2", "会", "3", "楼"]
