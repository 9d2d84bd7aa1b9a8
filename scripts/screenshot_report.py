"""Take the README's picture of a report: python scripts/screenshot_report.py runs/NAME/report.html

Needs Chromium (Debian: apt-get install chromium). The page is opened from disk, in a browser that has no
network to use, and photographed at twice its size so that its text stays sharp.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IMAGE = Path(__file__).resolve().parent.parent / "docs" / "images" / "report.png"

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SCHEME = {
    "dark": "--blink-settings=preferredColorScheme=0",
    "light": "--blink-settings=preferredColorScheme=1",
}


def photograph(page: Path, image: Path, width: int, height: int, scheme: str, scale: float) -> None:
    """Write the top `width` x `height` CSS pixels of `page` to `image`, or stop with a message."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium is not installed: apt-get install chromium, then run this again.")
    if not page.is_file():
        sys.exit(f"{page}: no such report. Make one with: aqa-eval report study.toml")
    image.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *QUIET, SCHEME[scheme], f"--user-data-dir={profile}"]
        command += [f"--force-device-scale-factor={scale}", f"--window-size={width},{height}"]
        command += [f"--screenshot={image.resolve()}", page.resolve().as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode or not image.is_file():
        sys.exit(f"{browser} took no picture (exit code {done.returncode}):\n{done.stderr}")


def main() -> None:
    """Read the command line and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path, help="the report.html")
    parser.add_argument("--image", type=Path, default=IMAGE, help="where to put the picture")
    parser.add_argument("--width", type=int, default=1120, help="CSS pixels")
    parser.add_argument("--height", type=int, default=1400, help="CSS pixels")
    parser.add_argument("--scheme", choices=sorted(SCHEME), default="light")
    parser.add_argument("--scale", type=float, default=2.0, help="picture pixels a CSS pixel")
    wanted = parser.parse_args()
    photograph(wanted.page, wanted.image, wanted.width, wanted.height, wanted.scheme, wanted.scale)


if __name__ == "__main__":
    main()
