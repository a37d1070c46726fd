"""From a path or standard input to a :class:`~auditor_terraform.document.Plan`.

Whatever is not a plan gets one sentence that says what it is and how to make the right thing.
"""

from __future__ import annotations

import codecs
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TextIO, cast

import msgspec

from auditor.errors import reason_of
from auditor_terraform.document import Plan
from auditor_terraform.errors import PlanError

STDIN = "-"

_SHOW = "terraform show -json plan.out > plan.json"
_MAKE = f"terraform plan -out=plan.out && {_SHOW}"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 14
"""Bytes that are checked at a time: the text made of them stays in the processor's cache."""
_SPACE = b" \t\r\n\0" + b"".join(mark for mark, _ in _BOMS)
"""What is no text: PowerShell writes the mark of UTF-16 even where a command gave nothing."""
_WRAPPERS = ("tfplan", "plan", "terraform_plan", "plan_json")


class Document(msgspec.Struct):
    """A plan together with what identifies the file it came from."""

    path: str
    """As the user named it."""
    plan: Plan
    sha256: str
    """Of the bytes as they were read, in hexadecimal."""


def read(target: str) -> Document:
    """The plan at ``target``; ``-`` is standard input.  Raises :class:`PlanError`."""
    data = _bytes(target)
    # Hashing lets go of the interpreter lock, so that it costs no time beside the decoding.
    with ThreadPoolExecutor(max_workers=1) as pool:
        digest = pool.submit(hashlib.sha256, data)
        plan = parse(data, target)
        return Document(target, plan, digest.result().hexdigest())


def parse(data: bytes, target: str) -> Plan:
    """The plan that ``data`` holds.  ``target`` is named in errors.  Raises :class:`PlanError`."""
    text = _utf8(data, target)
    converted = text is not data and not data.startswith(codecs.BOM_UTF8)
    try:
        plan = msgspec.json.decode(text, type=Plan)
    except msgspec.ValidationError as error:
        _refuse_other_kinds(text, target)
        raise _wrong_shape(target, error) from None
    except msgspec.DecodeError as error:
        raise _not_json(text, target, error, converted=converted) from None
    except RecursionError:
        raise PlanError(
            f"{target} の JSON は入れ子が深すぎ、Terraform のプランではありません。",
            f"the JSON in {target} is nested too deeply to be a Terraform plan.",
            target,
        ) from None
    if plan.planned_values is None and plan.resource_changes is None:
        _refuse_other_kinds(text, target)
        raise PlanError(
            f"{target} は JSON ですが Terraform のプランではありません（planned_values も resource_changes もない）。"
            f"次で作り直してください: {_MAKE}",
            f"{target} is JSON but not a Terraform plan (neither planned_values nor resource_changes); "
            f"make one with: {_MAKE}",
            target,
            _MAKE,
        )
    version = plan.format_version or "1.0"
    if version.split(".")[0] not in ("0", "1"):
        raise PlanError(
            f"{target} の format_version は {version[:20]} です。読めるのは 0.x と 1.x なので、本ツールを新しくしてください。",
            f"{target} has format_version {version[:20]}, and only 0.x and 1.x can be read; "
            "a newer version of this tool is needed.",
            target,
        )
    return plan


def _bytes(target: str) -> bytes:
    if not target:
        raise PlanError("対象の名前が空です。", "the name of the target is empty.", target)
    try:
        if target == STDIN:
            return _standard_input()
        path = Path(target)
        if path.is_dir():
            raise PlanError(
                f"{target} はディレクトリです。プランの JSON ファイルを渡してください: {_MAKE}",
                f"{target} is a directory; give the JSON file of a plan: {_MAKE}",
                target,
                _MAKE,
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise PlanError(f"{target} が見つかりません。", f"{target} does not exist.", target) from None
    except OSError as error:
        detail = reason_of(error)
        raise PlanError(
            f"{target} を読めません（{detail.ja}）。", f"{target} cannot be read ({detail.en}).", target
        ) from None
    except ValueError:
        # A null character in the name.
        raise PlanError(
            "対象の名前はファイル名として使えません。", "the target's name cannot be a file name.", target
        ) from None


def _standard_input() -> bytes:
    # None where the program was started with it closed, whatever its type says
    if (stdin := cast("TextIO | None", sys.stdin)) is None:
        raise PlanError(
            "標準入力が閉じられています。プランの JSON を渡すか、ファイルを指定してください。",
            "standard input is closed; give it the JSON of a plan, or name a file.",
            STDIN,
        )
    return stdin.buffer.read()


def _utf8(data: bytes, target: str) -> bytes:
    """The text as UTF-8 without byte order mark; PowerShell's ``>`` writes UTF-16."""
    if not data[:_PIECE].strip(_SPACE) and not data.strip(_SPACE):
        raise PlanError(
            f"{target} は空です。作り直してください: {_MAKE}",
            f"{target} is empty; make it again: {_MAKE}",
            target,
            _MAKE,
        )
    if data[:2] == b"PK":
        raise PlanError(
            f"{target} はバイナリ形式のプランファイルです。JSON にして渡してください: terraform show -json {target} > plan.json",
            f"{target} is a binary plan file; turn it into JSON: terraform show -json {target} > plan.json",
            target,
            f"terraform show -json {target} > plan.json",
        )
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if encoding is None and data[:1] == b"{" and data[1:2] == b"\0":
        encoding = "utf-16-le"
    elif encoding is None and data[:2] == b"\0{":
        encoding = "utf-16-be"
    if encoding == "utf-8-sig":
        return data[3:]
    if encoding is not None:
        try:
            return data.decode(encoding).encode()
        except UnicodeError:
            raise PlanError(
                f"{target} は {encoding.upper()} の途中で切れているか壊れています。作り直してください: {_MAKE}",
                f"{target} is {encoding.upper()} that is cut off or damaged; make it again: {_MAKE}",
                target,
                _MAKE,
            ) from None
    if not data.isascii() and not _is_utf8(data):
        raise PlanError(
            f"{target} は UTF-8 でも UTF-16 でもありません（Shift_JIS など）。作り直してください: {_MAKE}",
            f"{target} is neither UTF-8 nor UTF-16 (Shift_JIS, for instance); make it again: {_MAKE}",
            target,
            _MAKE,
        )
    return data


def _is_utf8(data: bytes) -> bool:
    """Checked piece by piece: most values are decoded later, or never, and the whole text would fill the memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(view[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _top(text: bytes) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return {}


def _refuse_other_kinds(text: bytes, target: str) -> None:
    """Raise for the things that are commonly taken for a plan."""
    top = _top(text)
    if "lineage" in top or ("version" in top and "serial" in top) or "values" in top or set(top) == {"format_version"}:
        form = "tfstate" if "lineage" in top or "serial" in top else "terraform show -json"
        raise PlanError(
            f"{target} はプランではなく状態（state）です（{form}）。プランを渡してください: {_MAKE}",
            f"{target} is a state ({form}), not a plan; give a plan: {_MAKE}",
            target,
            _MAKE,
        )
    for wrapper in _WRAPPERS:
        if wrapper in top and {"planned_values", "resource_changes"} & _top(bytes(top[wrapper])).keys():
            hint = f"jq .{wrapper} {target} > plan.json"
            raise PlanError(
                f'{target} はプランを "{wrapper}" キーで包んでいます。取り出して渡してください: {hint}',
                f'{target} wraps the plan in the key "{wrapper}"; take it out: {hint}',
                target,
                hint,
            )
    if "@level" in top or "@message" in top:
        raise _stream(target)


def _stream(target: str) -> PlanError:
    return PlanError(
        f"{target} は terraform plan -json の進行メッセージ（1 行 1 JSON）で、プランではありません。作り直してください: {_MAKE}",
        f"{target} holds the messages of terraform plan -json (one JSON a line), not the plan; make it with: {_MAKE}",
        target,
        _MAKE,
    )


def _wrong_shape(target: str, error: msgspec.ValidationError) -> PlanError:
    detail = str(error)
    return PlanError(
        f"{target} は Terraform のプランの形をしていません（{detail}）。作り直してください: {_MAKE}",
        f"{target} is not of the shape of a Terraform plan ({detail}); make it again: {_MAKE}",
        target,
        _MAKE,
    )


def _not_json(text: bytes, target: str, error: msgspec.DecodeError, *, converted: bool) -> PlanError:
    """``converted``: it was UTF-16, where PowerShell may have damaged what is not ASCII."""
    first = text.lstrip()[:1]
    if first not in (b"{", b"["):
        return PlanError(
            f"{target} は JSON ではありません。プランを JSON にして渡してください: {_MAKE}",
            f"{target} is not JSON; give a plan as JSON: {_MAKE}",
            target,
            _MAKE,
        )
    if "truncated" in str(error):
        return PlanError(
            f"{target} は {len(text)} バイト目で途切れています。作り直してください: {_MAKE}",
            f"{target} is cut off at byte {len(text)}; make it again: {_MAKE}",
            target,
            _MAKE,
        )
    first_line = text.lstrip().split(b"\n", 1)[0]
    top: dict[str, Any] = _top(first_line)
    if "@level" in top or "@message" in top:
        return _stream(target)
    detail = str(error).removeprefix("JSON is malformed: ")
    if converted:
        hint = f'cmd /c "{_SHOW}"'
        return PlanError(
            f"{target} はJSON が壊れています（{detail}）。PowerShell の > は日本語を壊すことがあるので、次で作り直してください: {hint}",
            f"{target} is malformed JSON ({detail}); PowerShell's > may damage text that is not ASCII, "
            f"so make it again with: {hint}",
            target,
            hint,
        )
    return PlanError(
        f"{target} はJSON が壊れています（{detail}）。作り直してください: {_MAKE}",
        f"{target} is malformed JSON ({detail}); make it again: {_MAKE}",
        target,
        _MAKE,
    )
