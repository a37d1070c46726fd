"""Texts that users read, in Japanese and in English."""

from __future__ import annotations

from typing import Literal

import msgspec

Lang = Literal["ja", "en"]


class Text(msgspec.Struct, frozen=True):
    """One text in both languages.  Japanese is the language of record; English stands beside it."""

    ja: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in ``lang``."""
        return self.ja if lang == "ja" else self.en
