"""Documents in Chinese: a notice to residents."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

_LEFT, _RIGHT = 130, 1110
_BODY = (
    "各位住户：",
    "因更换供水管道，本小区将暂停供水，具体安排如下：",
    "停水日期：2026年12月8日（星期二）",
    "停水时间：上午9:00至下午4:30",
    "停水范围：3号楼、5号楼和7号楼",
    "请提前储备用水，并关好水龙头。",
    "恢复供水后，请先放水五分钟再使用。",
    "停水期间，物业办公室免费提供桶装水，每户两桶。",
    "取水地点：1号楼一层大厅",
    "电梯和供电不受影响。",
    "联系人：王建国",
    "联系电话：555-0126",
    "地址：青河路66号",
)
_SIGNED = (
    "青河花园物业服务中心",
    "2026年12月1日",
)


def notice() -> Sheet:
    """A notice that the water will be off, in an invented housing estate."""
    sheet = Sheet(*A4)
    sheet.skip(30)
    sheet.write(Cell("停水通知", A4[0] // 2, Face.CHINESE_BOLD, 26, "centre"), leading=60)
    sheet.skip(40)
    for line in _BODY:
        sheet.write(Cell(line, _LEFT, Face.CHINESE, 16), leading=72)
    sheet.skip(50)
    for line in _SIGNED:
        sheet.write(Cell(line, _RIGHT, Face.CHINESE, 16, "right"), leading=62)
    return sheet
