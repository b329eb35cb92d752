"""What somebody else installs: the wheel carries the built web application, and a process of it serves the page."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import httpx
import pytest
from tests.cli.shell import KERNELS

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "src" / "botswain" / "web_app"
PATIENCE_S = 90
# What a browser says that it takes: of its own machine or over TLS, and else.
TAKEN = {"br": "gzip, deflate, br, zstd", "gzip": "gzip, deflate"}
FIRST_LOAD = 250 * 1024


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with nothing but what the wheel holds; everything it needs comes from this environment."""
    assert (BUILT / "index.html").is_file(), "the web application is not built; run make setup"
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, timeout=PATIENCE_S)
    [wheel] = folder.glob("botswain-*.whl")
    site = folder / "site"
    install = [*pip, "install", "--no-deps", "--no-index", "--no-compile", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, timeout=PATIENCE_S)
    return site


def test_every_built_file_is_in_the_wheel(installed):
    held = installed / "botswain" / "web_app"
    files = {one.relative_to(BUILT) for one in BUILT.rglob("*") if one.is_file()}
    assert {one.relative_to(held) for one in held.rglob("*") if one.is_file()} == files
    assert all((held / one).read_bytes() == (BUILT / one).read_bytes() for one in files)


def first_scripts():
    """The scripts that a browser loads before the first page stands, by the build's notes."""
    notes = json.loads((BUILT / ".vite" / "manifest.json").read_text())
    found, left = set(), [key for key, one in notes.items() if one.get("isEntry") or "dashboard-page" in key]
    assert len(left) == 2
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += notes[key].get("imports", [])
    return {notes[key]["file"] for key in found if notes[key]["file"].endswith(".js")}


def sent(client, path, **headers):
    """What comes over the wire for a file: how it is packed, its bytes, and the same unpacked."""
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["vary"] == "Accept-Encoding"
        raw = b"".join(answer.iter_raw())
        assert len(raw) == int(answer.headers["content-length"])
        return answer.headers.get("content-encoding"), raw


def check_first_load(client):
    """Whatever a browser takes, the application comes packed so, is the same, and is small."""
    for packed, taken in TAKEN.items():
        weight = 0
        for file in first_scripts():
            how, raw = sent(client, f"/assets/{Path(file).name}", **{"accept-encoding": taken})
            whole = (BUILT / file).read_bytes()
            assert how == packed or len(whole) < 4_000, file
            if how == "gzip":
                assert gzip.decompress(raw) == whole
            weight += len(raw)
        assert weight < FIRST_LOAD, (packed, weight)
    for path in ("/bots", f"/assets/{next(BUILT.glob('assets/index-*.css')).name}"):
        assert sent(client, path, **{"accept-encoding": TAKEN["br"]})[0] == "br"
    assert sent(client, "/theme.js", **{"accept-encoding": "identity"})[0] is None


def test_a_process_of_the_wheel_serves_the_page_and_what_it_loads(installed, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "BOTSWAIN_DATA_DIR": str(tmp_path),
        "BOTSWAIN_CACHE_DIR": str(KERNELS),
    }
    where = [sys.executable, "-c", "import botswain; print(botswain.__file__)"]
    found = subprocess.run(where, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert Path(found.stdout.strip()).is_relative_to(installed)
    command = [sys.executable, "-m", "botswain", "api", "--port", "0"]
    serving = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    late = Timer(PATIENCE_S, serving.kill)
    late.start()
    try:
        address = next((found[1] for line in serving.stdout if (found := re.search(r"(http://\S+?);", line))), None)
        assert address is not None, "it ended before it served"
        with httpx.Client(base_url=address, timeout=30) as client:
            page = client.get("/bots/new")
            assert page.status_code == 200
            assert page.text == (BUILT / "index.html").read_text()
            loaded = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)
            assert [one for one in loaded if one.endswith(".js")]
            assert {client.get(one).status_code for one in loaded} == {200}
            check_first_load(client)
        serving.send_signal(signal.SIGINT)
        assert serving.wait(timeout=PATIENCE_S) == 0
    finally:
        late.cancel()
        serving.kill()
        serving.communicate()
