"""Words of the text report in both languages."""

from __future__ import annotations

from collections import Counter

from auditor.assessment import Answer
from auditor.inventory import SourceKind
from auditor.policies.model import ClauseClass
from auditor.scopes import Environment, Zone
from auditor.text import Text

TITLE = Text("自治体クラウド設定の自動確認結果", "Automated check of cloud configuration")
CAVEAT = Text(
    "自動確認できた範囲の事実を条項ごとに示すもので、監査意見ではない。未確認の事項及び書面確認を要する事項については、判断を示していない。",
    "Facts found by automated checks, clause by clause; not an audit opinion. It does not cover what is listed "
    "as not verified or as left to documents.",
)

TARGET = Text("対象", "Target")
PHASE = Text("段階", "Phase")
PLATFORM = Text("基盤", "Platform")
SCOPES = Text("区分", "Scopes")
JUDGED_ON = Text("判定した区分", "Judged on")
NO_RESOURCES = Text("この入力に、このポリシーの対象となる資源がない", "nothing in the input is under this policy")
OUTSIDE_SCOPES = Text("どの区分にも当たらない資源", "resources in no scope")
TIME = Text("実施", "Run")

CLAUSES = Text("条項ごとの結果", "Result by clause")
FAILED = Text("不適合", "Nonconforming")
UNVERIFIED = Text("未確認", "Not verified")
DOCUMENTS = Text("要書面確認", "Left to documents")
OTHERS = Text("継承・例外措置・対象外・範囲外の条項", "Inherited, waived, not applicable, out of scope")
NOT_COVERED = Text("確認していない資源種別", "Resource types not checked")
PARAMETERS = Text("判定に使った値", "Values used")
NOTES = Text("入力についての注意", "Remarks on the input")
SUMMARY = Text("まとめ", "Summary")

NUMBER = Text("番号", "No.")
HEADING = Text("見出し", "Heading")
RESULT = Text("結果", "Result")
FAIL_COLUMN = Text("不適合", "fail")
UNKNOWN_COLUMN = Text("未確認", "unv.")
PASS_COLUMN = Text("適合", "pass")
SUPPORTING_COLUMN = Text("補助", "sup.")
DOCUMENTS_COLUMN = Text("書面", "doc.")
COLUMNS = Text(
    "「不適合」「未確認」「適合」は条項を判定する自動確認の件数、「補助」は条項に関わるが判定には用いない自動確認の"
    "不適合の件数、「書面」は確認を要する書面の数。",
    "fail, unv. (not verified) and pass count the findings that decide the clause; sup. counts nonconforming findings "
    "that bear on it without deciding it; doc. counts the documents to review.",
)
TYPE = Text("資源種別", "Resource type")
COUNT = Text("件数", "Count")

WORDING = Text("条文  ", "Wording  ")
EXPECTED = Text("求める値  ", "Expected  ")
ACTUAL = Text("実際  ", "Actual  ")
FACTS = Text("事実  ", "Facts   ")
WHERE = Text("場所  ", "Where   ")
CALLS = Text("呼出し  ", "Calls   ")
REMEDY = Text("是正  ", "Remedy  ")
SUPPORTING = Text("［補助］", " [supporting]")
MARKED = Text(
    "［補助］は、条項に関わるものの、その判定には用いない確認を示す。個々の不適合は #番号を付けて一度だけ詳しく記し、以後は番号で示す。",
    "[supporting] marks checks that bear on a clause without deciding it. What has a #number is written in full once; "
    "later clauses refer to it.",
)
ALSO_DOCUMENTS = Text(
    "次の条項は、上記の不適合又は未確認の事項のほかに、書面の確認も要する。",
    "The following clauses need documents as well, besides what is nonconforming or not verified above.",
)
BORNE_ON = Text(
    "次の条項は不適合とは判定していないが、補助的な自動確認で不適合が見つかった。",
    "The following clauses are not judged nonconforming, but supporting checks failed.",
)
EXPLAIN = Text(
    "条項の要旨と確認方法は `auditor explain 番号` で示す。",
    "`auditor explain NUMBER` tells what a clause asks and how it is checked.",
)
BEARS_ON = Text("条項  ", "Clauses  ")
KINDS = {
    ClauseClass.CONFIG: Text("設定で判定する条項", "decided by configuration"),
    ClauseClass.PARTIAL: Text("設定が一部を示す条項", "in part by configuration"),
    ClauseClass.DOCUMENT: Text("外部の文書で確認する条項", "by documents from others"),
    ClauseClass.PROCESS: Text("手続や記録で確認する条項", "by procedures and records"),
    ClauseClass.PHYSICAL: Text("施設の条項", "premises"),
    ClauseClass.ENDPOINT: Text("端末の条項", "terminals"),
    ClauseClass.INHERITED: Text("基盤が担う条項", "answered by the platform"),
    ClauseClass.DEFINITION: Text("定義等", "definitions"),
    ClauseClass.HEADING: Text("見出し", "headings"),
}
"""Clauses by what can answer them."""
WITHOUT_CONTROLS = {
    Answer.DOCUMENT_REVIEW: Text("要書面確認（設定には現れない）", "document review (nothing of it shows in settings)"),
    Answer.NOT_APPLICABLE: Text("対象外（定義等）", "not applicable (definitions and the like)"),
    Answer.OUT_OF_SCOPE: Text("範囲外（施設及び端末）", "out of scope (premises and terminals)"),
    Answer.BY_PARTS: Text("見出し（下位の条項による）", "headings (answered below)"),
}
"""Clauses on which no setting bears, by their answer."""
NO_CLAUSE = Text("どの条項にも対応しない検査の不適合", "Nonconformities with checks that no clause points at")

NOTE = Text("注  ", "Note  ")

SOURCES = {
    SourceKind.PLAN: Text("Terraform プラン", "Terraform plan"),
    SourceKind.STATE: Text("Terraform 状態", "Terraform state"),
    SourceKind.HCL: Text("Terraform 設定", "Terraform configuration"),
    SourceKind.AWS: Text("AWS アカウントのスナップショット", "snapshot of AWS accounts"),
    SourceKind.GOOGLE: Text("Google Cloud プロジェクトのスナップショット", "snapshot of Google Cloud projects"),
}

COLLECTED = Text("収集", "Collected")
ATTENTION = Text("注意", "Attention")
COVERAGE = Text("収集の範囲", "What was collected")
WHEN = Text("いつ", "When")
CALLERS = Text("だれが", "By whom")
ACCOUNTS = Text("アカウント", "Accounts")
REGIONS = Text("リージョン", "Regions")
SERVICES = Text("サービス", "Services")
ASKED = Text("尋ねたもの", "Asked")
ANSWERED = Text("答えがあったもの", "Answered")
REFUSED = Text("拒否され、又は失敗したもの", "Refused or failed")
NOT_LOOKED_AT = Text("見ていないもの", "Not looked at")
NOTHING_LEFT_OUT = Text("収集の対象から除いたものはない", "nothing was left out of the collection")
NONE = Text("なし", "none")
KINDS_OF_PLACES = {"account": ACCOUNTS, "region": REGIONS, "service": SERVICES}

ZONES = {
    Zone.MYNUMBER: Text("マイナンバー利用事務系", "My Number zone"),
    Zone.LGWAN: Text("LGWAN接続系", "LGWAN zone"),
    Zone.INTERNET: Text("インターネット接続系", "internet zone"),
}
ENVIRONMENTS = {
    Environment.PRODUCTION: Text("本番", "production"),
    Environment.STAGING: Text("検証", "staging"),
    Environment.DEVELOPMENT: Text("開発", "development"),
    Environment.TEST: Text("試験", "test"),
}
PLATFORMS = {"government-cloud": Text("ガバメントクラウド", "Government Cloud")}


def count(number: int, lang: str) -> str:
    """``12件`` or ``12``."""
    return f"{number:,}件" if lang == "ja" else f"{number:,}"


def more(number: int) -> Text:
    """How many are not listed, and where they are."""
    return Text(
        f"ほか {number:,}件（全件は --report json=FILE で出力）",
        f"and {number:,} more (all of them: --report json=FILE)",
    )


def above(numbers: str, unlisted: int) -> Text:
    """Reference to findings that stand under an earlier clause."""
    if not numbers:
        return Text(f"上記で省いた {unlisted:,}件", f"{unlisted:,} of those left out above")
    ja, en = f"上記 {numbers}", f"above, {numbers}"
    if unlisted:
        ja += f"、ほか {unlisted:,}件"
        en += f" and {unlisted:,} more"
    return Text(ja, en)


def by_documents(clauses: int, documents: int) -> Text:
    """Clauses of which nothing shows in settings, which the text report does not spell out."""
    return Text(
        f"設定には現れない {clauses:,}条項は、{documents:,}種の書面で確認する。条項ごとの書面は JSON のレポートに示す。",
        f"{clauses:,} clauses of which nothing shows in settings are answered by {documents:,} kinds of documents; "
        "the JSON report names those of each clause.",
    )


def kinds(classes: Counter[ClauseClass]) -> Text:
    """How many clauses of a policy configuration can answer, and what answers the others."""
    counted = [(text, classes[class_]) for class_, text in KINDS.items() if classes[class_]]
    ja = "、".join(f"{text.ja} {number:,}" for text, number in counted)
    en = ", ".join(f"{number:,} {text.en}" for text, number in counted)
    if not classes[ClauseClass.CONFIG]:
        return Text(
            f"設定だけで判定できる条項はない。内訳: {ja}。",
            f"No clause is decided by configuration alone. Clauses: {en}.",
        )
    return Text(f"内訳: {ja}。", f"Clauses: {en}.")
