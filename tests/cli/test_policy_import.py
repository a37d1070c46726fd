"""``auditor policy import``: from a text to a pack that ``auditor scan`` accepts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.cli.policy import import_ as command
from tests.cli.scanning import BAD, ROOT
from tests.policies.small_packs import make, offering

TEXT = """浜辺市情報セキュリティ対策基準

1 記録

(1) 操作の記録

情報システム管理者は、操作の記録を取り、消えないように保たなければならない。

(2) 委託先

委託先との契約に、秘密の保持を入れなければならない。

2 複製

重要な情報の複製を毎日作り、離れた場所に置く。

附則

この基準は、令和8年4月1日から施行する。
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "Plugins", offering(make(tmp_path / "shipped")))
    monkeypatch.chdir(tmp_path)
    Path("beach.txt").write_text(TEXT, encoding="utf-8")


def answers(report: Path) -> dict[str, str]:
    """Clause id -> answer in a JSON report."""
    (policy,) = json.loads(report.read_bytes())["policies"]
    return {clause["id"]: clause["status"] for clause in policy["clauses"]}


def test_the_summary_says_what_was_read_and_what_is_left_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "import", "beach.txt", "-o", "beach"]) == 0
    out, error = capsys.readouterr()
    assert error == ""
    assert "条項 4件、見出し 1件" in out
    assert "施行日: 2026-04-01" in out
    assert "文書 std: 浜辺市情報セキュリティ対策基準" in out
    assert "要旨（summary_ja, summary_en）は空" in out
    assert "status を confirmed に" in out
    assert 'packs = ["beach"] を書き、--policy beach' in out
    assert main(["policy", "import", "beach.txt", "-o", "again", "--lang", "en"]) == 0
    assert "Read: 4 clauses, 1 headings" in capsys.readouterr().out


def test_a_scan_takes_the_pack_and_proposals_decide_nothing_until_they_are_confirmed(tmp_path: Path) -> None:
    assert main(["policy", "import", "beach.txt", "-o", "packs/beach"]) == 0
    Path("auditor.toml").write_text('[run]\npacks = ["packs/beach"]\n', encoding="utf-8")
    scan = ["scan", str(BAD), "--policy", "beach", "--report", "json=report.json"]
    main(scan)
    before = answers(Path("report.json"))
    assert before["std/1/1"] == before["std/2"] == before["std/1/2"] == "not_verified"
    assert before["std/1"] == "by_parts"
    mapping = Path("packs/beach/mapping.csv")
    mapping.write_bytes(mapping.read_bytes().replace(b",proposed,", b",confirmed,"))
    assert main(scan) == 1
    after = answers(Path("report.json"))
    assert after["std/2"] == "nonconforming"
    assert after["std/1/2"] == "document_review"


def test_other_formats_are_read_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    page = ROOT / "tests" / "importing" / "documents" / "reiki.html"
    assert main(["policy", "import", str(page), "-o", "pack"]) == 0
    assert "桜台市情報資産管理規則" in capsys.readouterr().out
    assert "file: reiki.html" in Path("pack/policy.yaml").read_text(encoding="utf-8")


def test_names_may_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["--id", "sea", "--title", "海の決まり", "--body", "海辺の市", "--document", "std=海辺の市の基準"]
    assert main(["policy", "import", "beach.txt", "-o", "pack", *names]) == 0
    head = Path("pack/policy.yaml").read_text(encoding="utf-8")
    assert "id: sea" in head
    assert "海の決まり" in head
    assert "ja: 海辺の市" in head
    assert "citation: 海辺の市の基準" in head
    assert "海辺の市の基準 1(1)" in Path("pack/clauses.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("file", "folder", "id_"),
    [
        ("beach.txt", "p", "beach"),
        ("Beach City (R8).txt", "p", "beach-city-r8"),
        ("浜辺市.txt", "packs/my-city", "my-city"),
        ("浜辺市2026.txt", "p", "p"),
    ],
)
def test_the_id_is_made_of_the_name_of_the_file_or_the_folder(file: str, folder: str, id_: str) -> None:
    Path(file).write_text(TEXT, encoding="utf-8")
    assert main(["policy", "import", file, "-o", folder]) == 0
    assert f"\nid: {id_}\n" in Path(folder, "policy.yaml").read_text(encoding="utf-8")


def test_gaps_and_a_body_without_a_name_are_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    Path("gap.txt").write_text(
        "情報の扱い方\n\n第1条 記録を取る。\n第2条 複製を作る。\n第4条 研修をする。\n第5条 点検をする。\n",
        encoding="utf-8",
    )
    assert main(["policy", "import", "gap.txt", "-o", "gap"]) == 0
    warnings = capsys.readouterr().err.splitlines()
    assert any("gap.txt 5行目" in line and "第4条" in line for line in warnings)
    assert any("--body" in line for line in warnings)
    assert any(line.startswith("auditor: gap.txt: 本文に題名") and "--title" in line for line in warnings)
    assert all(line.startswith("auditor: ") for line in warnings)


@pytest.mark.parametrize(
    ("arguments", "code", "ja", "en"),
    [
        (["nowhere.txt", "-o", "p"], 4, "nowhere.txt", "nowhere.txt"),
        (["plain.txt", "-o", "p"], 4, "plain.txt", "plain.txt"),
        (["empty.txt", "-o", "p"], 4, "空です", "empty"),
        (["beach.txt", "-o", "shipped"], 2, "上書きはしません", "not written over"),
        (["beach.txt", "-o", "beach.txt"], 2, "上書きはしません", "not written over"),
        (["beach.txt", "-o", "p", "--id", "Beach City"], 2, "英小文字", "small letters"),
        (["beach.txt", "-o", "p", "--document", "std"], 2, "ID=名称", "ID=TITLE"),
        (["beach.txt", "-o", "p", "--document", "proc=x"], 2, "あるもの: policy, std", "it has: policy, std"),
        (["浜.txt", "-o", "浜"], 2, "--id", "--id"),
        (["beach.txt"], 2, "-o/--output を指定", "required: -o"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, ja: str, en: str
) -> None:
    Path("plain.txt").write_text("ここに番号はない。\nどこにもない。\n", encoding="utf-8")
    Path("empty.txt").touch()
    before = sorted(Path.cwd().rglob("*"))
    for lang, words in (("ja", ja), ("en", en)):
        assert main(["policy", "import", *arguments, "--lang", lang]) == code
        out, error = capsys.readouterr()
        assert (out, error.count("\n")) == ("", 1)
        assert error.startswith("auditor: ")
        assert words in error
    assert sorted(Path.cwd().rglob("*")) == before


def test_a_missing_library_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert main(["policy", "import", "beach.txt", "-o", "p"]) == 2
    assert "jichitai-cloud-auditor[policy]" in capsys.readouterr().err
    assert not Path("p").exists()


def test_nothing_heavy_is_imported_to_show_help() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom auditor.cli.main import main\n"
            "try:\n    main(['policy', 'import', '--help'])\nfinally:\n"
            "    assert not {'scipy', 'numpy', 'yaml', 'lxml'} & set(sys.modules), sys.modules.keys()\n",
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "--document" in done.stdout.decode()
