"""Requests that schemathesis makes from the API's own description; `make fuzz` runs it."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.serving import limited
from tests.web.running import PATIENCE

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> None:
    program, seed, seconds = sys.argv[1:]
    with TemporaryDirectory() as folder, limited(Path(folder) / "models") as server:
        command = [program, "run", f"{server.url}/openapi.json", "--seed", seed, "--max-time", seconds]
        ended = subprocess.run(
            [*command, "--checks", CHECKS, "--no-color", "--request-timeout", str(PATIENCE)], cwd=folder
        )
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
