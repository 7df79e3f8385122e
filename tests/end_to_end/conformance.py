"""The public conformance suite and the official SDK clients against the real gateway with a real broker behind it."""

import os
import pathlib
import shutil
import subprocess
import sys

from mcp_client import BIN, House, ROOT

SKIPPED = 77


def main():
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("SKIPPED: node and npm are not installed; scripts/setup installs them")
        return SKIPPED
    fixture = pathlib.Path(sys.argv[1])
    with House({"SIM_SPEED": "1"}) as house:
        house.start()
        return subprocess.run(
            [str(ROOT / "tests" / "conformance" / "run_conformance"), str(fixture), str(BIN / "mcp_gateway"), "--home",
             str(house.home)],
            stdin=subprocess.DEVNULL, env={**os.environ, "SDK_PROFILE": "gateway"}).returncode


if __name__ == "__main__":
    sys.exit(main())
