"""Characters that PDF text layers print for others.

Only radicals are replaced.  Compatibility normalisation of a whole document would make ``①``, ``⑴``
and ``（１）`` the same, and with them the levels of its numbering.
"""

from __future__ import annotations

import unicodedata

# CJK Radicals Supplement (U+2E80-2EFF): NFKC leaves nearly all of these as they are.
# Source: Unicode Character Database 14.0, EquivalentUnifiedIdeograph.txt.
_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧"
        "⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍"
        "⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛"
        "犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶"
        "辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)

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
