import subprocess
import sys
import zipfile
from pathlib import Path


def test_the_wheel_holds_every_file_of_the_package(root: Path, tmp_path: Path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("wattmint/")}
    package = root / "src" / "wattmint"
    files = (file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    assert held == {file.relative_to(package.parent).as_posix() for file in files}
    assert {Path(name).suffix for name in held} >= {".py", ".csv", ".parquet", ".j2"}
