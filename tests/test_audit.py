"""What `make audit` makes of pip-audit's reports."""

import json
import sys
from pathlib import Path

import pytest
from tools.audit import FOUND, UNKNOWN, main, verdict

SOUND = {"name": "a", "version": "1.0", "vulns": []}
UNSOUND = {
    "name": "b",
    "version": "2.0",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]},
        {"id": "PYSEC-2", "fix_versions": []},
    ],
}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


def report(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("text", "sentences", "code"),
    [
        (report(SOUND), ["1 of 1 locked packages were looked up; known vulnerabilities: none."], 0),
        (
            report(SOUND, UNSOUND),
            ["b 2.0: PYSEC-1, mended in 2.1, 3.0.", "PYSEC-2, mended in no version yet", "2 of 2"],
            FOUND,
        ),
        (report(SOUND, SKIPPED), ["1 of 2", "nothing is known of c"], UNKNOWN),
        (report(UNSOUND, SKIPPED), ["PYSEC-1", "nothing is known of c"], FOUND),
        (report(), ["0 of 0"], UNKNOWN),
        ("", ["Nothing was audited", "no route"], UNKNOWN),
        ("<html>", ["Nothing was audited"], UNKNOWN),
        ("[]", ["Nothing was audited"], UNKNOWN),
        ('{"dependencies": null}', ["Nothing was audited"], UNKNOWN),
        (report({"name": "d", "version": "1"}), ["Nothing was audited"], UNKNOWN),
    ],
)
def test_a_report_is_told(text: str, sentences: list[str], code: int) -> None:
    told, ended = verdict(text, "first line\nno route\n")
    assert ended == code
    for sentence in sentences:
        assert sentence in told


def test_a_service_that_fails_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(f"#!{sys.executable}\nraise ConnectionError('no route to the service')\n")
    program.chmod(0o755)
    assert main(str(program), "requirements.lock") == UNKNOWN
    assert "no route to the service" in capsys.readouterr().out
    assert main(str(tmp_path / "missing"), "requirements.lock") == UNKNOWN
