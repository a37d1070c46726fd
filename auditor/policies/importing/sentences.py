"""What a sentence demands and of whom: proposals for the table of clauses, read off its ending and its topic."""

from __future__ import annotations

import re

MUST = "しなければならない"
MUST_NOT = "してはならない"
ENDEAVOUR = "努める"
DESIRABLE = "望ましい"
MAY = "できる"
DEFINITION = "定義"
UNNAMED = "（明示なし）"

_RANKED = (ENDEAVOUR, DESIRABLE, MAY, DEFINITION)
"""A clause of several sentences is as strict as the strictest; of several binding ones the last decides."""

_ENDINGS = (
    (MUST_NOT, re.compile(r"(?<!なく)[てで]は(?:ならない|いけない|ならぬ)$")),
    (ENDEAVOUR, re.compile(r"努め(?:なければならない|るものとする|ること|る)$|努力する")),
    (DESIRABLE, re.compile(r"望ましい$")),
    (MAY, re.compile(r"(?:できる|ができること|得る)(?:ものとする)?$")),
    (
        DEFINITION,
        re.compile(
            r"(?:をいう|である|定めるところによる|別に[^、]{0,12}定める|において定める|目的とする|次のとおり(?:とする|である)"
            r"|(?:権限|権限及び責任|責任及び権限)を有する|施行する|適用する|廃止する|改正する|構成する|充てる|審議する|補佐する"
            r"|事項を(?:定める|決定する)|基本とする|範囲は、.*とする)$"
        ),
    ),
    (DEFINITION, re.compile(r"を、?[^、]*(?:者|担当者|リーダー|CISO|ＣＩＯ)(?:[（(].*[)）])?とする$")),
)
_APPOINTMENT = re.compile(r"(?:を、?[^、]*(?:者|担当者|リーダー|CISO|ＣＩＯ)とする|(?:置き|ため)、.*をもって充てる)$")
_BINDING = re.compile(r"(?:なければ|ては)ならない$")
_OFFICER = re.compile(r"(?:者|リーダー|職員等?)$")
_EXCEPTING = "この限りでない"
_PREDICATE = re.compile(r"(?:る|う|く|す|つ|ぬ|む|ぶ|ぐ|い|た|だ|こと)$")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")
_DEFINING = re.compile(r"定義|用語")

_ACTOR = (
    r"(?:者|者等|責任者|職員|職員等|担当者|管理者|事業者|委員会|部会|部門|事務局|局長|部長|課長|所属長|所長|リーダー"
    r"|[A-Za-zＡ-Ｚ]{3,}|[都道府県市区町村]|組合|教育委員会|者若しくは.{1,12}者)"
)
_TOPIC = re.compile(rf"(.{{0,90}}?{_ACTOR})は(?!じめ)")
_DOER = re.compile(rf"([^、。がはを]{{0,20}}?{_ACTOR})が、?[^、。]*場合")
_LEADING = re.compile(
    r".*(?:は|場合(?:に|において)?は?|際(?:に)?は?|とき(?:に)?は?|について(?:は)?|において(?:は)?|に関し(?:て)?|に当た(?:って|り)は?|ため|により|除き"
    r"|また|なお|ただし|併せて|原則(?:として)?|必要に応じ(?:て)?)、"
)
_CONDITION = re.compile(
    r"(?<![^、。])[^、。]*(?:、[^、。]*)??(?:場合(?:に|において)?は?|際(?:に)?は?|とき(?:に)?は?)(?=、)"
)


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, without their full stops; a stop inside brackets ends none.

    >>> sentences("甲（乙をいう。）とする。丙を行う。")
    ['甲（乙をいう。）とする', '丙を行う']
    """
    found, start, depth = [], 0, 0
    for place, sign in enumerate(text):
        if sign in "（(「『":
            depth += 1
        elif sign in "）)」』":
            depth = max(0, depth - 1)
        elif (sign == "。" and depth == 0) or sign == "\n":
            found.append(text[start:place])
            start, depth = place + 1, 0
    found.append(text[start:])
    return [one.strip() for one in found if one.strip()]


def _plain(text: str) -> str:
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return text


def _modality(sentence: str) -> str:
    """Of one sentence; empty for a phrase without a predicate."""
    plain = _plain(sentence).rstrip("。 　")
    if plain.endswith(_EXCEPTING):
        return ""
    for modality, pattern in _ENDINGS:
        if pattern.search(plain):
            return modality
    return MUST if _PREDICATE.search(plain) else ""


def obligation_of(text: str, above: str, headings: str) -> str:
    """The modality of a clause.

    Where nothing but a heading stands there is none.  A phrase without a predicate takes that of the clause above it, whose sentence it completes;
    what stands under a heading of definitions defines.
    """
    if defines(headings):
        return DEFINITION
    if not text:
        return ""
    found = [_modality(sentence) for sentence in sentences(text)]
    binding = [modality for modality in found if modality in (MUST, MUST_NOT)]
    if binding:
        return binding[-1]
    for modality in _RANKED:
        if modality in found:
            return modality
    return above or DEFINITION


def defines(headings: str) -> bool:
    """Whether a clause stands under a heading of definitions; ``headings`` are those of all levels."""
    return _DEFINING.search(headings) is not None


def addressee_of(text: str, heading: str) -> str:
    """Who the first sentence with a person or an office for its topic is about; empty for none.

    An appointment alone has no addressee: it binds neither the appointed nor anyone named.
    """
    said = [_plain(sentence) for sentence in sentences(text)]
    if said and _APPOINTMENT.search(said[0]) and not any(_BINDING.search(plain) for plain in said[1:]):
        return UNNAMED
    for plain in said:
        for pattern in (_TOPIC, _DOER):
            match = pattern.match(plain)
            if match:
                return _without_lead(match[1]).removeprefix("の")
    name = _plain(heading)
    return name if _OFFICER.search(name) and len(name) <= 20 else ""


def _without_lead(subject: str) -> str:
    """``subject`` without a condition or an adverb before it."""
    lead = _LEADING.match(subject)
    return subject[lead.end() :] if lead else subject


def conditions_of(text: str) -> tuple[str, ...]:
    """Phrases of ``text`` that say when it applies."""
    return tuple(
        match[0].strip() for sentence in sentences(text) for match in _CONDITION.finditer(sentence) if match[0].strip()
    )
