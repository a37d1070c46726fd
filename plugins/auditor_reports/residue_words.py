"""Words of the list of what remains, in both languages."""

from __future__ import annotations

from typing import Final

from auditor.facets import KeyState
from auditor.record import Action
from auditor.text import Text

TITLE: Final = Text("残存資源一覧", "List of what remains")
PURPOSE: Final = Text(
    "利用終了時の確認の記録に添付するための、入力に現れたものの一覧。入力に現れないものは含まない。監査意見ではない。",
    "What the input shows, to be attached to the record of the end of use. What the input does not show is not in it. "
    "Not an audit opinion.",
)
QUOTED: Final = Text(
    "先頭の ' は、表計算ソフトが値を式又は数値として扱わないための印である。",
    "A leading ' keeps spreadsheets from taking a value for a formula or a number.",
)
OTHER_PHASE: Final = Text(
    "利用終了（terminate）の段階ではないため、残っていることは判定していない。",
    "Not the phase terminate: that something remains is not judged.",
)
RUN: Final = Text("実施", "Run")
PHASE: Final = Text("段階", "Phase")
SOURCE: Final = Text("入力", "Input")
CLAUSES: Final = Text("関係する条項", "Clauses")
NOTE: Final = Text("注", "Note")
ROWS: Final = Text("件数", "Rows")

COLUMNS: Final = (
    Text("番号", "No."),
    Text("アカウント", "Account"),
    Text("リージョン", "Region"),
    Text("種別", "Type"),
    Text("資源", "Resource"),
    Text("残っているもの", "What remains"),
    Text("状態", "State"),
    Text("検査", "Check"),
    Text("判定", "Result"),
    Text("根拠", "Evidence"),
)

NOT_JUDGED: Final = Text("判定していない", "not judged")
NOT_VERIFIED: Final = Text("未確認", "not verified")
ACCOUNT: Final = Text("アカウント自体", "the account itself")
ACCOUNT_STATE: Final = Text("収集の時点で呼出しに答えた", "answered calls when it was collected")
UNRECOGNISED: Final = Text(
    "本ツールが対応していない種別の資源（情報を含み得る）",
    "a resource of a type that the auditor does not know, which may hold information",
)
UNREADABLE: Final = Text("設定を読み取れない資源（情報を含み得る）", "a resource that could not be read")
UNLISTED: Final = Text(
    "一覧を読み取れない（有無も数も分からない）", "could not be listed; it is open whether there are any"
)
LEFT_OUT: Final = Text("見ていない（有無も数も分からない）", "not looked at; it is open whether there is anything")
OBSTACLES: Final = Text("削除を妨げ、又は何かを残す設定", "settings in the way of removal")
PRINCIPALS: Final = Text("相手", "principals")

STATES: Final = {
    Action.CREATE: Text("プランが作る", "the plan creates it"),
    Action.UPDATE: Text("残る（プランが変更する）", "stays; the plan changes it"),
    Action.REPLACE: Text("プランが作り直し、新しいものが残る", "the plan replaces it; the new one stays"),
    Action.DELETE: Text("プランが削除する（適用までは残る）", "the plan deletes it; it stays until then"),
    Action.FORGET: Text("Terraform の管理から外れるだけで残る", "only dropped from management; it stays"),
    Action.NO_OP: Text("残る（プランは変更しない）", "stays; the plan does not change it"),
    Action.EXISTS: Text("ある", "is there"),
}
KEY_STATES: Final = {
    KeyState.ENABLED: Text("有効", "enabled"),
    KeyState.DISABLED: Text("無効", "disabled"),
    KeyState.PENDING_DELETION: Text("削除待ち", "pending deletion"),
    KeyState.DESTROYED: Text("破棄済み", "destroyed"),
}

_WHAT: Final = {
    "access-key": "アクセスキー",
    "account": "アカウント",
    "api-key": "API キー",
    "application": "アプリケーション",
    "archive-vault": "アーカイブ",
    "backup": "バックアップ",
    "backup-plan": "バックアップ計画",
    "backup-vault": "バックアップの保管先",
    "broker": "メッセージブローカー",
    "bucket": "データ保存先（バケット）",
    "cache": "キャッシュ",
    "certificate-authority": "認証局",
    "cluster": "クラスター",
    "collection": "検索用のデータ",
    "credential": "認証情報",
    "database": "データベース",
    "database-client-certificate": "データベースのクライアント証明書",
    "database-instance": "データベースのインスタンス",
    "database-user": "データベースの利用者",
    "dataset": "データセット",
    "device-certificate": "機器の証明書",
    "directory": "ディレクトリ",
    "directory-share": "ディレクトリの共有",
    "disk": "ディスク",
    "domain": "検索用のデータ",
    "event-archive": "イベントの保存",
    "event-data-store": "証跡の保存先",
    "external-trust": "外部からの信頼",
    "federated-identity": "外部の認証基盤との連携",
    "file-share": "ファイル共有",
    "file-system": "ファイルシステム",
    "grant-to-person": "個人への権限の付与",
    "group": "グループ",
    "hmac-key": "HMAC キー",
    "iam-user": "利用者",
    "identity-center-assignment": "利用者への権限の割当て",
    "identity-center-user": "利用者",
    "image": "マシンイメージ",
    "instance": "サーバ",
    "key": "暗号鍵",
    "key-pair": "鍵ペア",
    "kms-key": "暗号鍵",
    "kms-key-version": "暗号鍵の版",
    "log-bucket": "ログの保存先",
    "log-group": "ログ",
    "machine": "サーバ",
    "mfa-device": "多要素認証の機器",
    "object": "オブジェクト",
    "oidc-provider": "外部の認証基盤との連携",
    "parameter": "パラメータ",
    "queue": "キュー",
    "repository": "リポジトリ",
    "resource-share": "他のアカウントとの共有",
    "saml-provider": "外部の認証基盤との連携",
    "secret": "秘密情報",
    "secret-version": "秘密情報の版",
    "security-lake": "ログの保存先",
    "server-certificate": "サーバ証明書（秘密鍵）",
    "service-account": "サービスアカウント",
    "service-account-key": "サービスアカウントの鍵",
    "service-account-token": "サービスアカウントのトークン",
    "service-credential": "サービス用の認証情報",
    "service-user": "サービスの利用者",
    "signing-certificate": "署名用の証明書",
    "snapshot": "スナップショット",
    "ssh-key": "SSH 公開鍵",
    "store": "データ保存先",
    "stream": "ストリーム",
    "subscription": "サブスクリプション",
    "table": "テーブル",
    "topic": "トピック",
    "trust-anchor": "外部の認証局の信頼",
    "user-pool": "利用者プール",
    "vectors": "ベクトルデータ",
    "volume": "ボリューム",
}


def what(kind: str) -> Text:
    """A kind of thing as facets name it."""
    ja = _WHAT.get(kind)
    return Text(f"{ja}（{kind}）" if ja else f"情報を含み得る資源（{kind}）", kind)
