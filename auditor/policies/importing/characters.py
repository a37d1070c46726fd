"""Characters that PDF text layers print for others.

Only radicals are replaced.  Compatibility normalisation of a whole document would make ``①``, ``⑴``
and ``（１）`` the same, and with them the levels of its numbering.
"""

from __future__ import annotations

import unicodedata

# CJK Radicals Supplement (U+2E80–2EFF).  NFKC leaves nearly all of these as they are, so the unified
# ideograph of each form is listed.  Source: Unicode code chart U2E80 (the "→" references).
_SUPPLEMENT = {
    "⺀": "冫", "⺁": "厂", "⺂": "乛", "⺃": "乚", "⺄": "乙", "⺅": "亻", "⺆": "冂", "⺇": "几",
    "⺈": "刀", "⺉": "刂", "⺊": "卜", "⺋": "㔾", "⺌": "小", "⺍": "小", "⺎": "尢", "⺏": "尣",
    "⺐": "尢", "⺑": "尢", "⺒": "巳", "⺓": "幺", "⺔": "彑", "⺕": "彐", "⺖": "忄", "⺗": "㣺",
    "⺘": "扌", "⺙": "攵", "⺛": "旡", "⺜": "日", "⺝": "月", "⺞": "歺", "⺟": "母", "⺠": "民",
    "⺡": "氵", "⺢": "氺", "⺣": "灬", "⺤": "爫", "⺥": "爫", "⺦": "丬", "⺧": "牛", "⺨": "犭",
    "⺩": "王", "⺪": "疋", "⺫": "目", "⺬": "示", "⺭": "礻", "⺮": "竹", "⺯": "糹", "⺰": "纟",
    "⺱": "罓", "⺲": "罒", "⺳": "网", "⺴": "网", "⺵": "网", "⺶": "羊", "⺷": "羊", "⺸": "羊",
    "⺹": "耂", "⺺": "肀", "⺻": "聿", "⺼": "肉", "⺽": "臼", "⺾": "艹", "⺿": "艹", "⻀": "艹",
    "⻁": "虎", "⻂": "衤", "⻃": "覀", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻈": "讠",
    "⻉": "贝", "⻊": "足", "⻋": "车", "⻌": "辶", "⻍": "辶", "⻎": "辶", "⻏": "阝", "⻐": "钅",
    "⻑": "長", "⻒": "镸", "⻓": "长", "⻔": "门", "⻕": "阝", "⻖": "阝", "⻗": "雨", "⻘": "青",
    "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻞": "飠", "⻟": "飠", "⻠": "饣",
    "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦",
    "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜", "⻰": "龙",
    "⻱": "龜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip

_TABLE = str.maketrans(
    {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | _SUPPLEMENT
)

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def without_radicals(text: str) -> str:
    """``text`` with every radical replaced by the ideograph that it stands for; nothing else changes.

    >>> without_radicals("⻑期⽬的 ①⑴（１）")
    '長期目的 ①⑴（１）'
    """
    return text.translate(_TABLE)


def half_width_digits(text: str) -> str:
    """``text`` with full-width digits replaced."""
    return text.translate(_DIGITS)


def width(text: str) -> float:
    """The printed width in full-width characters; ASCII and half-width katakana count half."""
    return sum(0.5 if ord(sign) < 0x2E80 and not 0x2000 <= ord(sign) < 0x2E80 else 1.0 for sign in text)
