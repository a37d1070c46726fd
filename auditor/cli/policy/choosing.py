"""Which pack an argument means: a folder, or the id of a pack that is shipped or configured."""

from __future__ import annotations

from pathlib import Path

from auditor.config import Config
from auditor.errors import ConfigError, PluginError, UsageError
from auditor.plugins import Plugins
from auditor.policies.loader import attach_wording, load_pack, pack_id
from auditor.policies.model import Control, Pack
from auditor.validation import validate_pack

HEAD = "policy.yaml"


class Choice:
    """The packs that there are."""

    def __init__(self, plugins: Plugins, config: Config) -> None:
        self._config = config
        self._shipped: dict[str, Path] = {}
        self._own: dict[str, Path] = {}
        for folder in plugins.policy_packs():
            try:
                self._shipped[pack_id(folder)] = folder
            except ConfigError as error:
                # not the user's mistake: it is named, and the command goes on without the pack
                plugins.failures.append(PluginError(error.text.ja, error.text.en))
        for folder in config.packs:
            self._own[pack_id(folder)] = folder

    def folder(self, name: str) -> Path:
        """The folder of the pack: a folder of that name that holds one comes before an id.

        Raises :class:`UsageError` if there is neither.
        """
        path = Path(name)
        if (path / HEAD).is_file():
            return path
        folder = self._own.get(name) or self._shipped.get(name)
        if folder is not None:
            return folder
        if path.is_dir():
            raise UsageError(
                f"フォルダ {name} に {HEAD} がありません。ポリシーパックのフォルダを指定してください。",
                f"there is no {HEAD} in the folder {name}; name the folder of a policy pack.",
            )
        known = ", ".join(sorted(self._own.keys() | self._shipped.keys()))
        raise UsageError(
            f"ポリシーパック {name} はありません（フォルダ、又は {known} を指定してください）。",
            f"there is no policy pack {name}; name a folder, or one of {known}.",
        )

    def is_shipped(self, folder: Path) -> bool:
        """Whether the folder came with the program or a plugin, so that nothing of the user's is written there."""
        return folder.resolve() in {one.resolve() for one in self._shipped.values()}

    def load(self, name: str, controls: dict[str, Control], *, worded: bool = True) -> Pack:
        """The pack, with the wording beside it or that the configuration names for it, unless ``worded`` is false.

        Raises :class:`UsageError` if there is none, :class:`ConfigError` for what is wrong in it.
        """
        folder = self.folder(name)
        if not self.is_shipped(folder):
            validate_pack(folder)
        pack = load_pack(folder, controls, worded=worded)
        file = self._config.wording.get(pack.id)
        if file is None or pack.wording or not worded:
            return pack
        return attach_wording(pack, file)
