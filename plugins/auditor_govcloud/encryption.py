"""Encryption of what is stored and of what is sent."""

from __future__ import annotations

import functools
from typing import Final

from auditor.attr import Known, Reason, Unknown
from auditor.checks import Context, Verdict, failed, not_applicable, passed, undecided
from auditor.facets import BackupVault, EncryptionAtRest, EncryptionInTransit, KeyOwner
from auditor.findings import Severity
from auditor.scopes import confidentiality_class
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import is_known, members, must_be_known, shown, text_parameter

_OWNERS: Final = {
    KeyOwner.NONE: Text("暗号化されていない", "not encrypted"),
    KeyOwner.PROVIDER: Text("事業者の鍵で暗号化されている", "encrypted with a key of the provider"),
}
_BY_CUSTOMER: Final = Text(
    "利用者が無効化及び削除できる顧客管理鍵", "a customer-managed key that the customer can disable and delete"
)
_VERSION_NOT_SET: Final = not_applicable(
    "TLS のバージョンを利用者が設定しないエンドポイントである。",
    "An endpoint whose TLS version is not for the customer to set.",
)
_NEEDING_KEY: Final = "classification.customer_key_classes"
_CLASSES: Final = "inventory.classification_values"
_NOT_ENCRYPTED: Final = _OWNERS[KeyOwner.NONE]
_BY_POLICY: Final = frozenset({"bucket", "file-system", "queue", "table", "topic"})
"""Endpoints of the provider that speak plain text too unless a policy refuses it."""


@check(
    "encryption.at-rest.enabled",
    control="encryption.at-rest",
    facet=EncryptionAtRest,
    severity=Severity.HIGH,
    title=Text("保存時の暗号化が有効であること", "encryption at rest is on"),
    remediation=Text(
        "保存時の暗号化を有効にする。作成後に変えられない資源は、暗号化した資源を作って情報を移す。",
        "Switch encryption at rest on; where it cannot be changed later, make an encrypted resource and move the information.",
    ),
    facts=("enabled", "key_owner"),
)
def encrypted_at_rest(facet: EncryptionAtRest, context: Context) -> Verdict:
    """見るもの: 情報を保存する資源の、保存時の暗号化。
    理由: 媒体やバックアップが外部に渡っても読めないようにする。鍵の削除による消去の前提でもある。
    適合: 有効である（鍵の種類は問わない）。
    不適合: 無効である。
    未確認: 決まっていない、又は読み取れない。

    Looks at: encryption at rest of a resource that stores information.
    Why: media and copies stay unreadable when they get out, and erasing by deleting the key needs it.
    Pass: it is on, with whatever key.
    Fail: it is off.
    Unknown: undecided or unreadable.
    """
    if facet.enabled.value:
        return passed()
    return failed(
        "保存時に暗号化されない設定である。",
        "Not encrypted at rest.",
        expected=Text("暗号化が有効", "encryption is on"),
    )


@functools.lru_cache(maxsize=8)
def _compared(classes: frozenset[str]) -> frozenset[str]:
    return frozenset(map(confidentiality_class, classes))


def _of_low_class(context: Context) -> Verdict | None:
    """The verdict on what is certainly of a class that needs no key of the customer's own.

    A value that is no class at all may be a slip of the pen and excuses nothing.
    """
    written = context.resource.confidentiality
    if isinstance(written, Unknown) or written.value is None:
        return None
    class_ = confidentiality_class(written.value)
    if class_ in _compared(members(context, _NEEDING_KEY)) or class_ not in _compared(members(context, _CLASSES)):
        return None
    named = shown(Known(class_, sensitive=written.sensitive))
    return not_applicable(
        f"機密性の分類（{named.ja}）が、顧客管理鍵を求める分類ではない。",
        f"Its class of confidentiality ({named.en}) is none that needs a customer-managed key.",
    )


def _not_by_customer(owner: Text, context: Context) -> Verdict:
    """The failure, unless the class is open: it may be one that needs no such key."""
    must_be_known(context.resource.confidentiality)
    return failed(
        f"顧客管理鍵で暗号化されていない（{owner.ja}）。",
        f"Not encrypted with a customer-managed key ({owner.en}).",
        expected=_BY_CUSTOMER,
    )


@check(
    "encryption.customer-key.used",
    control="encryption.customer-key",
    facet=EncryptionAtRest,
    severity=Severity.MEDIUM,
    title=Text("利用者が削除できる鍵で暗号化されていること", "encrypted with a key that the customer can delete"),
    remediation=Text(
        "顧客管理鍵を作り、資源の暗号鍵に指定する。鍵の削除によらない場合は、別の消去の方法を文書で示す。",
        "Make a customer-managed key and name it as the resource's key; otherwise show another way of erasure by document.",
    ),
    facts=("key_owner", "key_id", "enabled"),
    parameters=(_NEEDING_KEY, _CLASSES),
)
def encrypted_with_customer_key(facet: EncryptionAtRest, context: Context) -> Verdict:
    """見るもの: 保存時の暗号化に使う鍵を誰が持つか。
    理由: 廃棄の際に鍵を削除して復元できなくするには、利用者が自ら削除できる鍵が必要である。事業者の鍵は利用者が削除できない。
    適合: 顧客管理鍵で暗号化されている。
    不適合: 暗号化されていない、又は事業者の鍵で暗号化されている。
    未確認: 鍵が入力の中でたどれない、又は、不適合となる資源の機密性の分類が決まっていない。
    対象外: 設定ファイルの scope 又は資源のタグが示す機密性の分類が、パラメータ `classification.customer_key_classes` になく、`inventory.classification_values` にある。
    範囲: 分類が示されていない資源及び分類の値に当たらない資源は、分類によらず判定する。

    Looks at: who holds the key of the encryption at rest.
    Why: making information unrecoverable by deleting its key takes a key that the customer can delete; a provider's
    key is not such a key.
    Pass: a customer-managed key.
    Fail: not encrypted, or with a key of the provider.
    Unknown: the key cannot be followed in the input, or the class of what would fail is undecided.
    Not applicable: a scope of the configuration file, or a tag of the resource, tells a class of confidentiality that
    is among `inventory.classification_values` but not among the parameter `classification.customer_key_classes`.
    Scope: what carries no class, or a value that is no class, is judged whatever it holds.
    """
    low = _of_low_class(context)
    if low is not None:
        return low
    if is_known(facet.enabled, False):
        return _not_by_customer(_NOT_ENCRYPTED, context)
    owner = facet.key_owner.value
    if owner is KeyOwner.CUSTOMER:
        must_be_known(facet.enabled)
        return passed()
    return _not_by_customer(_OWNERS[owner], context)


@check(
    "encryption.customer-key.backup",
    control="encryption.customer-key",
    facet=BackupVault,
    severity=Severity.MEDIUM,
    title=Text(
        "バックアップが利用者の削除できる鍵で暗号化されていること",
        "backups are encrypted with a key that the customer can delete",
    ),
    remediation=Text(
        "バックアップの保管先又はバックアップに顧客管理鍵を指定する。",
        "Name a customer-managed key for the vault or for the backup.",
    ),
    facts=("key_owner", "encrypted"),
    parameters=(_NEEDING_KEY, _CLASSES),
)
def backup_with_customer_key(facet: BackupVault, context: Context) -> Verdict | None:
    """見るもの: バックアップの保管先、又は個々のバックアップ（スナップショット、イメージ）の暗号化に使う鍵を誰が持つか。
    理由: 元の鍵を削除しても、別の鍵で読めるバックアップが残れば情報は復元できる。
    適合: 顧客管理鍵で暗号化されている。
    不適合: 暗号化されていない、又は事業者の鍵で暗号化されている。
    未確認: 鍵が入力の中でたどれない、又は、不適合となる資源の機密性の分類が決まっていない。
    対象外: 機密性の分類が顧客管理鍵を求めるものではない（`encryption.customer-key.used` に同じ）。
    その資源の保存時の暗号化が別に読み取られているときは、そちらで判定するので結果を出さない。

    Looks at: who holds the key of a vault, or of a backup that stands by itself (snapshot, image).
    Why: a backup that opens with another key brings back what deleting the original's key was to erase.
    Pass: a customer-managed key.
    Fail: not encrypted, or with a key of the provider.
    Unknown: the key cannot be followed in the input, or the class of what would fail is undecided.
    Not applicable: its class of confidentiality needs no such key, as in `encryption.customer-key.used`.
    Makes no finding where the resource's encryption at rest is read as well, because that is judged instead.
    """
    if context.resource.facet(EncryptionAtRest) is not None:
        return None
    low = _of_low_class(context)
    if low is not None:
        return low
    if is_known(facet.encrypted, False):
        return _not_by_customer(_NOT_ENCRYPTED, context)
    owner = facet.key_owner.value
    if owner is KeyOwner.CUSTOMER:
        must_be_known(facet.encrypted)
        return passed()
    return _not_by_customer(_OWNERS[owner], context)


@check(
    "encryption.in-transit.required",
    control="encryption.in-transit",
    facet=EncryptionInTransit,
    severity=Severity.HIGH,
    title=Text("暗号化されない通信を受け付けないこと", "unencrypted connections are refused"),
    remediation=Text(
        "エンドポイントで TLS の接続だけを受け付けるか、暗号化されない要求を拒否又は転送する設定にする。",
        "Let the endpoint speak TLS only, or refuse or redirect requests that are not encrypted.",
    ),
    facts=("endpoint", "required"),
)
def transit_encryption_required(facet: EncryptionInTransit, context: Context) -> Verdict:
    """見るもの: 通信を受け付けるエンドポイントが、暗号化されない接続を拒否し、又は暗号化された接続へ転送するか。
    理由: 平文の経路が一つでもあれば、盗聴と改ざんのおそれが残る。
    適合: 暗号化が必須である。
    不適合: 平文でも受け付ける。
    未確認: 設定が決まっていない、又は読み取れない。

    Looks at: whether an endpoint refuses unencrypted connections or redirects them to encrypted ones.
    Why: one open path in plain text is enough for eavesdropping and tampering.
    Pass: encryption is required.
    Fail: plain text is accepted too.
    Unknown: undecided or unreadable.
    """
    if facet.required.value:
        return passed()
    by_policy = facet.endpoint in _BY_POLICY
    return failed(
        f"暗号化されない通信を受け付ける（エンドポイント: {facet.endpoint}）。"
        + ("利用者が平文を選べ、それを拒否するポリシーがない。" if by_policy else ""),
        f"Accepts connections that are not encrypted (endpoint: {facet.endpoint})."
        + (" Clients may choose plain text, and no policy refuses it." if by_policy else ""),
        expected=Text("暗号化された接続だけを受け付ける", "accepts encrypted connections only"),
    )


@functools.lru_cache(maxsize=64)
def _version(text: str) -> tuple[int, ...] | None:
    """``1.2`` as (1, 2); ``None`` for anything that is no version."""
    try:
        return tuple(int(part) for part in text.split("."))
    except ValueError:
        return None


@check(
    "encryption.in-transit.tls-version",
    control="encryption.in-transit",
    facet=EncryptionInTransit,
    severity=Severity.MEDIUM,
    title=Text(
        "受け付ける TLS のバージョンが下限以上であること", "the TLS versions accepted are at or above the minimum"
    ),
    remediation=Text(
        "エンドポイントの TLS の最低バージョン又はセキュリティポリシーを下限以上に改める。",
        "Raise the endpoint's minimum TLS version or its security policy.",
    ),
    facts=("endpoint", "minimum_tls"),
    parameters=("encryption.min_tls_version",),
)
def tls_at_minimum(facet: EncryptionInTransit, context: Context) -> Verdict:
    """見るもの: エンドポイントが受け付ける TLS の最も低いバージョン。
    理由: 古いバージョンには既知の脆弱性があり、接続を古いバージョンに引き下げる攻撃がある。
    適合: パラメータ `encryption.min_tls_version` 以上である。
    不適合: それより低いバージョンも受け付ける。
    対象外: 利用者がバージョンを設定できないサービスである。
    未確認: バージョンが決まっていない、又はバージョンとして読み取れない。
    値の出典: パラメータ `encryption.min_tls_version` に記す（IPA・NICT の TLS 暗号設定ガイドライン）。

    Looks at: the lowest TLS version that an endpoint accepts.
    Why: old versions have known weaknesses, and attacks push connections down to them.
    Pass: at least the parameter `encryption.min_tls_version`.
    Fail: a lower version is accepted too.
    Not applicable: the service does not let the customer set it.
    Unknown: undecided, or not readable as a version.
    Source of the value: see the parameter (TLS guideline of IPA and NICT).
    """
    lowest = facet.minimum_tls.value
    if lowest is None:
        return _VERSION_NOT_SET
    wanted = text_parameter(context, "encryption.min_tls_version")
    found, minimum = _version(lowest), _version(wanted)
    if found is None or minimum is None:
        return undecided(
            Unknown(
                Reason.UNPARSEABLE,
                facet.minimum_tls.origin,
                facet.minimum_tls.path,
                Text("TLS のバージョン", "the TLS version"),
            )
        )
    if found >= minimum:
        return passed()
    actual = shown(facet.minimum_tls)
    return failed(
        f"TLS {actual.ja} 以上を受け付ける（エンドポイント: {facet.endpoint}）。",
        f"Accepts TLS {actual.en} and above (endpoint: {facet.endpoint}).",
        expected=Text(f"TLS {wanted} 以上", f"TLS {wanted} or above"),
    )
