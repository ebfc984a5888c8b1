import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="does nothing on Windows")

CHILD = """
import os, sys, time
from dl_pipelines.processes import end_with_parent
end_with_parent(int(sys.argv[1]))
print("watching", flush=True)
time.sleep(float(sys.argv[2]))
"""
PARENT = f"""
import os, subprocess, sys
subprocess.run([sys.executable, "-c", {CHILD!r}, str(os.getpid()), "60"])
"""


def test_a_process_ends_soon_after_its_parent_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"watching\n"
    parent.kill()
    parent.communicate(timeout=5)  # the pipe ends with the last process that has it
    assert parent.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("parent", "returncode"),
    [(os.getpid(), 0), (os.getppid(), 1)],
    ids=["alive", "gone before the start"],
)
def test_a_process_lives_as_long_as_it_has_the_parent_it_knows(parent, returncode):
    command = [sys.executable, "-c", CHILD, str(parent), "1"]
    assert subprocess.run(command, check=False).returncode == returncode
