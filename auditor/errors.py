"""The family of errors that a user can cause, and the exit codes.

Every one of them is one sentence: what is wrong, where, and what to do.  The command line prints
it without a traceback.  Anything else that escapes is a defect of the auditor.
"""

from __future__ import annotations

import enum
import errno

from auditor.text import Lang, Text


class ExitCode(enum.IntEnum):
    """What the process answers; the same table stands in the README."""

    VERIFIED = 0
    """Everything asked was looked at, and nothing at or above ``--fail-on`` was found."""
    NONCONFORMING = 1
    """At least one nonconforming finding at or above ``--fail-on``."""
    USAGE = 2
    """The command line or the configuration is wrong."""
    INCOMPLETE = 3
    """Unknown or error findings with ``--strict``, a check that broke, a plugin that did not load, or nothing could be read."""
    UNREADABLE = 4
    """An input could not be read."""


class AuditorError(Exception):
    """A user's mistake or a fault of the surroundings, in one sentence of each language."""

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(ja, en)

    def sentence(self, lang: Lang) -> str:
        """The sentence to print."""
        return self.text.in_(lang)


class UsageError(AuditorError):
    """The command line asks for something that does not exist or does not fit together."""


class ConfigError(AuditorError):
    """A configuration file or a policy pack is not as its schema wants it."""


class InputError(AuditorError):
    """A target cannot be read as what it claims to be."""

    exit_code = ExitCode.UNREADABLE


class OutputError(AuditorError):
    """A report cannot be written where the user wants it."""


class PluginError(AuditorError):
    """A plugin does not load or does not keep its contract."""

    exit_code = ExitCode.INCOMPLETE


_REASONS = {
    errno.ENOENT: Text("ファイル又はフォルダがない", "no such file or folder"),
    errno.ENOTDIR: Text("途中がフォルダではない", "a part of the path is no folder"),
    errno.EISDIR: Text("フォルダである", "it is a folder"),
    errno.EACCES: Text("権限がない", "no permission"),
    errno.EPERM: Text("権限がない", "no permission"),
    errno.EROFS: Text("書込み禁止の場所である", "the place is read-only"),
    errno.ENOSPC: Text("空き容量がない", "no space is left"),
    errno.ENAMETOOLONG: Text("名前が長すぎる", "the name is too long"),
    errno.ELOOP: Text("シンボリックリンクが循環している", "symbolic links go round in circles"),
}


def reason_of(error: OSError) -> Text:
    """Why the operating system refused, in a few words; its own words where they are rare ones."""
    said = error.strerror or type(error).__name__
    return _REASONS.get(error.errno or 0, Text(said, said))
