"""The first command of the README, in a folder of its own beside whatever else runs here."""
import os
import pathlib
import re
import tempfile
import time

import pytest

from support import leftovers
from support.command import run
from support.instance import IMAGES, ROOT

QUICKSTART = ROOT / "packaging/quickstart"


def quickstart(home, *arguments):
    return run([QUICKSTART, "--home", home, *arguments], env={"PENSTOCK_IMAGES": str(IMAGES)}, timeout=1800)


@pytest.fixture
def home():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-quickstart-"))
    folder.chmod(0o755)
    yield folder
    quickstart(folder, "--remove")


def users():
    return {line.split(":")[0] for line in pathlib.Path("/etc/passwd").read_text().splitlines()}


def test_quickstart_installs_starts_pushes_and_shows_a_page_and_removes_it_all(home):
    users_before = users()
    first = quickstart(home)
    assert "main -> main" in first.all and "rendered pages/index.md" in first.all
    assert "Hello from Node.js" in first.out and re.search(r"It answers at https://\S+", first.out)
    prefix = re.search(r'"prefix": "(\w+)"', (home / "etc/penstock/penstockd.json").read_text())[1]

    began = time.monotonic()
    again = quickstart(home)
    assert "Reusing existing build for this tree ID" in again.all and "Hello from Node.js" in again.out
    assert time.monotonic() - began < 60

    quickstart(home, "--stop")
    assert not [what for what in leftovers.find(home, prefix) if not what.startswith(f"process {os.getpid()}")]
    assert "Hello from Node.js" in quickstart(home).out

    quickstart(home, "--remove")
    assert not leftovers.find(home, prefix)
    assert not home.exists() and users() == users_before


def test_quickstart_does_not_touch_a_folder_that_holds_something_else(tmp_path):
    (tmp_path / "precious").write_text("mine")
    refused = run([QUICKSTART, "--home", tmp_path], check=False)
    assert refused.status != 0 and "precious" in os.listdir(tmp_path)
    run([QUICKSTART, "--home", tmp_path, "--remove"], check=False)
    assert (tmp_path / "precious").read_text() == "mine"
