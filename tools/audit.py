"""Known vulnerabilities of the locked packages, by pip-audit: `make audit`.

pip-audit takes a package that its service does not know for one without vulnerabilities; here that
is a failure, for then nothing is known of it.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

FOUND, UNKNOWN = 1, 2  # exit codes
_SHOWN = 5  # names of packages
_SECONDS = 600


def verdict(report: str, reason: str = "") -> tuple[str, int]:
    """What pip-audit has found, for a terminal.

    Args:
        report: Its report as JSON; no JSON if it could not finish.
        reason: What it wrote to its error stream.

    Returns:
        The sentences, and the exit code: 0, `FOUND` or `UNKNOWN`.
    """
    try:
        packages: Sequence[Mapping[str, Any]] = json.loads(report)["dependencies"]
        lines = [line for package in packages for line in _vulnerabilities(package)]
        unknown = [package["name"] for package in packages if "skip_reason" in package]
    except (ValueError, KeyError, TypeError):
        last = (reason.strip().splitlines() or ["it said nothing"])[-1][:300]
        return (
            f"Nothing was audited, for pip-audit could not finish ({last}): run make audit again "
            "where PyPI can be reached.",
            UNKNOWN,
        )
    known = len(packages) - len(unknown)
    told = f"{known} of {len(packages)} locked packages were looked up"
    if unknown:
        shown = ", ".join(unknown[:_SHOWN]) + (", …" if len(unknown) > _SHOWN else "")
        lines.append(f"{told}; nothing is known of {shown}: run make audit where PyPI is.")
    else:
        lines.append(f"{told}; known vulnerabilities: {len(lines) or 'none'}.")
    code = FOUND if len(lines) > 1 else UNKNOWN if unknown or not packages else 0
    return "\n".join(lines), code


def _vulnerabilities(package: Mapping[str, Any]) -> list[str]:
    """A sentence for each vulnerability of a package that was looked up."""
    if "skip_reason" in package:
        return []
    return [
        f"{package['name']} {package['version']}: {found['id']}, mended in "
        f"{', '.join(found['fix_versions']) or 'no version yet'}."
        for found in package["vulns"]
    ]


def main(pip_audit: str, requirements: str) -> int:
    """Audit a file of pinned requirements, print the verdict and return the exit code."""
    # --no-deps, --disable-pip: the lock names all packages, and none is installed or built.
    command = [pip_audit, "--requirement", requirements, "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--format", "json"]
    try:
        run = subprocess.run(  # noqa: S603 - the command is make's
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        report, reason = run.stdout, run.stderr
    except subprocess.TimeoutExpired:
        report, reason = "", f"it took more than {_SECONDS} s"
    except OSError as error:
        report, reason = "", f"{pip_audit}: {error.strerror}"
    sentences, code = verdict(report, reason)
    print(sentences)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
