"""What is shipped: sdist and wheel build without a network, carry all they need, and start."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = {
    "nodeview/pricing/table.json",
    "nodeview/report/prices.schema.json",
    "nodeview/report/report.schema.json",
    "nodeview/py.typed",
}


def run(arguments: Sequence[str | Path], folder: Path, **environ: str) -> str:
    """Run Python in a folder, where no proxy leads anywhere."""
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **nowhere, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def built(source: Path, target: str, into: Path) -> Path:
    """Build one distribution of this source tree with hatchling, in this very environment."""
    run(["-m", "hatchling", "build", "-t", target, "-d", into], source)
    (found,) = into.iterdir()
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def in_the_checkout() -> set[str]:
    """Every file of the package, and the styles where a wheel has them."""
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "nodeview").rglob("*") if path.is_file()}
    styles = {f"nodeview/styles/{path.name}" for path in (ROOT / "styles").glob("*.tcss")}
    assert styles
    return {name for name in files if "__pycache__" not in name} | styles | DATA


def test_a_wheel_carries_the_package_its_styles_and_its_schema(wheel: Path) -> None:
    packed = {name for name in names_in(wheel) if ".dist-info/" not in name}
    assert packed == in_the_checkout()


def test_a_wheel_starts_and_finds_its_data(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    asked = "import nodeview, sys; print(nodeview.__file__)"
    assert run(["-c", asked], tmp_path, PYTHONPATH=str(tmp_path)).startswith(str(tmp_path))
    assert run(["-m", "nodeview", "--version"], tmp_path, PYTHONPATH=str(tmp_path)).startswith("nodeview ")
    assert "Draft" not in run(["-m", "nodeview", "report", "--schema"], tmp_path, PYTHONPATH=str(tmp_path))
    styled = "from nodeview.ui.app import NodeviewApp as app; print(open(app.CSS_PATH).read())"
    assert "{" in run(["-c", styled], tmp_path, PYTHONPATH=str(tmp_path))


def test_the_script_is_announced(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith("entry_points.txt")]
        assert "nodeview = nodeview.cli:main" in archive.read(name).decode()


def test_an_sdist_builds_the_same_wheel_and_has_the_tests(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert (source / "tests" / "test_packaging.py").is_file()
    again = built(source, "wheel", tmp_path / "again")
    assert names_in(again) == names_in(wheel)


def test_an_editable_build_points_at_the_checkout(tmp_path: Path) -> None:
    code = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
    run(["-c", code, tmp_path], ROOT)
    (wheel,) = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        pointers = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".pth")]
    assert any(str(ROOT) in pointer for pointer in pointers)


def test_kubernetes_and_boto3_can_live_together(tmp_path: Path) -> None:
    """Their demands on urllib3 and python-dateutil have disagreed before."""
    code = "import kubernetes, kubernetes.aio, boto3, dateutil; boto3.session.Session(); print('both')"
    assert run(["-W", "ignore", "-c", code], tmp_path).strip() == "both"
