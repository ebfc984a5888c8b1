"""MLflow's pages as a real browser shows them."""

import re
import time
from typing import Any

# What MLflow's own page says on the console whatever it shows, each as narrowly as it can be told.
_OF_MLFLOW = (
    # It asks who is logged in, and a server without users answers 404.
    re.compile(r"/ajax-api/2\.0/mlflow/users/current - Failed to load resource: .* 404 "),
    # Chromium's notice that a layout took two frames; nothing is lost.
    re.compile(r"ResizeObserver loop completed with undelivered notifications"),
)
_SECONDS = 60
_LOADED = "return [...document.images].every(image => image.complete)"
_BROKEN = "return [...document.images].filter(i => !i.naturalWidth).map(i => i.src)"


class Reader:
    """Opens pages in headless Chromium, and looks at what every page must be free of."""

    def __init__(self, driver: Any, server: str) -> None:
        """Take a driver of selenium and the address of a server, without a slash at its end."""
        self.driver, self._server = driver, server

    def open(self, place: str, *texts: str) -> str:
        """Open a page from scratch and wait until it shows texts.

        Args:
            place: Its place on the server, such as `#/experiments`.
            texts: What it must show.

        Returns:
            All text of the page.
        """
        self.driver.get("about:blank")  # another fragment alone would load nothing
        self.driver.get(f"{self._server}/{place}")
        return self.read(*texts)

    def follow(self, link: str, *texts: str) -> str:
        """Click on the first link of this text and wait until the page shows texts.

        A page that opens in a tab of its own takes the place of the one before.
        """
        self.wait(lambda: self.driver.find_elements("link text", link), f"no link '{link}'")
        before = self.driver.current_window_handle
        self.driver.find_element("link text", link).click()
        if others := [tab for tab in self.driver.window_handles if tab != before]:
            self.driver.close()
            self.driver.switch_to.window(others[0])
        return self.read(*texts)

    def type(self, field: str, text: str) -> None:
        """Type into the field that shows this while it is empty."""
        self.driver.find_element("css selector", f"input[placeholder='{field}']").send_keys(text)

    def show_more(self) -> None:
        """Unfold a description that is long."""
        self.driver.find_element("xpath", "//button[.='Show more']").click()

    def read(self, *texts: str) -> str:
        """Wait until the page shows texts; then no image may be broken, no error on its console.

        Returns:
            All text of the page.
        """
        self.wait(lambda: all(text in self._text() for text in texts), f"{texts} is not shown")
        self.wait(lambda: self.driver.execute_script(_LOADED), "images are not loaded")
        assert self.driver.execute_script(_BROKEN) == []
        assert self._errors() == []
        return self._text()

    def wait(self, shown: Any, complaint: str) -> None:
        """Wait until something is true of the page."""
        deadline = time.monotonic() + _SECONDS
        while not shown():
            assert time.monotonic() < deadline, f"{complaint}:\n{self._text()}"
            time.sleep(0.2)

    def _text(self) -> str:
        return str(self.driver.execute_script("return document.body.innerText"))

    def _errors(self) -> list[str]:
        """What the console has called an error since it was asked last."""
        entries = [entry for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        told = [entry["message"] for entry in entries]
        return [text for text in told if not any(known.search(text) for known in _OF_MLFLOW)]
