"""A real run of `stock_lstm`, MLflow's own server, and Chromium."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mlflow import MlflowClient

from dl_pipelines.tracking.store import open_store
from tests.browser.reader import Reader
from tests.real_project import RealProject

# Debian's package `chromium` has the first of these; the driver is in `chromium-driver`.
_BROWSERS = ("chromium", "google-chrome", "google-chrome-stable")
_SIZE = "--window-size=1600,1200"
_START_SECONDS = 120


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """A driver of selenium."""
    reason = "the extra `browser` is not installed"
    webdriver = pytest.importorskip("selenium.webdriver", reason=reason)
    from selenium.webdriver.chrome.service import Service

    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    program = shutil.which("chromedriver")
    if browser is None or program is None:
        pytest.skip("Chromium or its driver is not installed (Debian: chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", _SIZE):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program))
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def store(driver: Any, finished: RealProject, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URI of a copy of the project's database, for the server to use; none without a browser.

    Artifacts lie where the run has put them.
    """
    file = shutil.copy(finished.root / "mlflow.db", tmp_path_factory.mktemp("browser"))
    return f"sqlite:///{Path(file).as_posix()}"


@pytest.fixture(scope="session")
def client(store: str) -> MlflowClient:
    """The store, to look up what pages are about."""
    return open_store(store)


@pytest.fixture(scope="session")
def reader(driver: Any, store: str) -> Iterator[Reader]:
    """A browser that looks at `mlflow ui`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "ui", "--workers", "1", "--port", str(port)]
    process = subprocess.Popen([*command, "--backend-store-uri", store])
    server = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not answers(server):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        yield Reader(driver, server)
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(server: str) -> bool:
    try:
        return requests.get(f"{server}/health", timeout=5).ok
    except requests.RequestException:
        return False
