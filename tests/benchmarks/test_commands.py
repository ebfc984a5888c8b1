"""What a measured command sees of its surroundings."""

import json
import sys
from pathlib import Path

import pytest

SHOW = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"


def test_a_measured_command_does_not_see_the_users_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from commands import measure

    hidden = ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_PASSWORD", "KEDRO_ENV", "TUSHARE_TOKEN")
    for name in (*hidden, "OF_THE_MACHINE", "MLFLOW_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "https://mlflow.example.org")
    seen = tmp_path / "seen.json"

    assert measure([sys.executable, "-c", SHOW, str(seen)], tmp_path).exit_code == 0

    environment = json.loads(seen.read_text())
    assert not set(hidden) & set(environment)
    assert {"OF_THE_MACHINE", "MLFLOW_DISABLE_TELEMETRY"} <= set(environment)
