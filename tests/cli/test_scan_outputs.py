"""Where ``auditor scan`` writes: whole or not at all, and never over anything that it should not touch."""

from __future__ import annotations

import os
import pty
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from auditor.cli.main import main
from auditor.layout import width
from auditor.reporting import Options, Report, write
from tests.cli.scanning import BAD, auditor, loaded
from tests.reports.report_making import make


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence with which the program refuses to write."""
    assert main(["scan", str(BAD), *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("auditor: ")
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["json=."], "フォルダです"),
        (["json=nowhere/x"], "フォルダがありません"),
        (["json={plan}/x"], "フォルダがありません"),
        (["json="], "= の後"),
        (["xml"], "json, residue, sarif, text"),
        (["=x"], "ありません"),
        (["json", "text"], "一つだけ"),
        (["json=-", "text"], "一つだけ"),
        (["json=same", "sarif=./same"], "同じファイル"),
        (["json={plan}"], "入力と同じ"),
        (["json=a\0b"], "名前"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_the_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [part for argument in arguments for part in ("--report", argument.format(plan=BAD))]
    before = BAD.read_bytes()
    assert words in refused(capsys, *given)
    assert list(tmp_path.iterdir()) == []
    assert BAD.read_bytes() == before


def test_a_link_to_an_input_is_the_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "link").symlink_to(BAD)
    assert "入力と同じ" in refused(capsys, "--report", f"json={tmp_path / 'link'}")


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    assert main(["scan", str(BAD), "--report", f"json={tmp_path / 'link'}"]) == 1
    assert (tmp_path / "link").is_symlink()
    assert loaded(tmp_path / "real")["schema_version"]
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (tmp_path / "read").open("wb") as read, subprocess.Popen(["cat", pipe], stdout=read) as reader:
        try:
            assert main(["scan", str(BAD), "--report", f"json={pipe}"]) == 1
            reader.wait(timeout=30)
        finally:
            # it waits for a writer for ever where the report did not go into the pipe
            reader.kill()
    assert loaded(tmp_path / "read")["run"]["exit_code"] == 1
    assert pipe.is_fifo()


def test_an_old_report_survives_a_failing_one(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old", encoding="utf-8")

    def fails(report: Report, out: BinaryIO, options: Options) -> None:
        out.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(fails, make(), str(target), Options())
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert target.read_text(encoding="utf-8") == "old"


def test_a_report_that_cannot_be_written_takes_no_other_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "bad":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    given = ["--report", f"json={tmp_path / 'bad'}", "--report", f"sarif={tmp_path / 'good'}"]
    assert main(["scan", str(BAD), *given]) == 2
    assert "bad に書けません（空き容量がない）" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


@pytest.mark.parametrize(
    ("arguments", "redirected", "words"),
    [
        (("scan", str(BAD)), ">/dev/full", "空き容量がない"),
        (("scan", str(BAD), "--report", "json"), ">/dev/full", "空き容量がない"),
        (("list", "checks"), ">/dev/full", "空き容量がない"),
        (("scan", str(BAD)), ">&-", "標準出力が閉じられています"),
        (("list", "checks"), ">&-", "標準出力が閉じられています"),
        (("explain", "log.retention"), ">&-", "標準出力が閉じられています"),
    ],
)
def test_standard_output_that_takes_nothing_is_one_sentence(
    arguments: tuple[str, ...], redirected: str, words: str
) -> None:
    done = auditor(*arguments, redirected=redirected)
    error = done.stderr.decode()
    assert (done.returncode, error.count("\n")) == (2, 1)
    assert words in error


def test_a_reader_that_goes_away_hides_no_result(tmp_path: Path) -> None:
    given = ("scan", str(BAD), "--report", "text", "--report", f"json={tmp_path / 'x'}")
    done = auditor(*given, redirected="| head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(done.stdout.splitlines()) == 1
    assert loaded(tmp_path / "x")["run"]["exit_code"] == 1


def test_standard_error_that_is_closed_changes_nothing() -> None:
    done = auditor("scan", str(BAD), redirected="2>&-")
    assert done.returncode == 1
    assert "条項ごとの結果" in done.stdout.decode()
    assert auditor("scan", "missing.json", redirected="2>&-").returncode == 4
    assert auditor("nonsense", redirected="2>&-").returncode == 2


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.json")
    (tmp_path / "report").write_text("old", encoding="utf-8")
    given = [
        sys.executable,
        "-m",
        "auditor",
        "scan",
        str(tmp_path / "plan.json"),
        f"--report=json={tmp_path / 'report'}",
    ]
    with (
        subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running,
        # opens as soon as the program does, which then waits for the plan
        (tmp_path / "plan.json").open("wb"),
    ):
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        _, error = running.communicate(timeout=30)
    assert (running.returncode, error.decode()) == (130, "auditor: 中断しました。\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "report"]
    assert (tmp_path / "report").read_text(encoding="utf-8") == "old"


def on_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """What the program writes on a terminal of that many columns."""
    ours, its = pty.openpty()
    given = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **environment}
    with subprocess.Popen([sys.executable, "-m", "auditor", *arguments], stdout=its, stderr=its, env=given) as running:
        os.close(its)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the terminal is gone with its last program
                break
            if not piece:
                break
            written += piece
        running.wait()
    os.close(ours)
    return written.decode()


@pytest.mark.parametrize("columns", [80, 132])
def test_lines_keep_to_a_terminal(columns: int) -> None:
    out = on_terminal(columns, "scan", str(BAD), NO_COLOR="1")
    assert "\x1b[3" not in out
    report = out[out.index("自治体クラウド設定") :]
    assert max(map(width, report.splitlines())) <= columns


def test_colour_is_for_terminals_that_want_it() -> None:
    assert "\x1b[31m" in on_terminal(80, "scan", str(BAD), NO_COLOR="")
    assert b"\x1b" not in auditor("scan", str(BAD), NO_COLOR="").stdout


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_any_locale_will_do(environment: dict[str, str]) -> None:
    done = auditor("scan", str(BAD), **environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "条項ごとの結果" in done.stdout.decode()
    for arguments in (("list", "checks"), ("explain", "log.retention"), ("scan", "--help")):
        assert auditor(*arguments, **environment).returncode == 0
    assert b"Traceback" not in auditor("scan", "missing.json", **environment).stderr


def test_two_runs_differ_in_their_time_only(tmp_path: Path) -> None:
    reports = []
    for number in "12":
        path = tmp_path / number
        assert auditor("scan", str(BAD), "--report", f"json={path}", PYTHONHASHSEED=number).returncode == 1
        run = loaded(path)["run"]
        written = path.read_text(encoding="utf-8")
        reports.append(written.replace(run["started"], "").replace(run["finished"], ""))
    assert reports[0] == reports[1]
