"""The cost of a start: the opening example must not wait for modules that it does not need."""

import subprocess
import sys

OPEN = """
import sys
from app.settings import Settings
from app.web.beginning import beginning
from app.zoo import Zoo
zoo = Zoo(Settings().models)
for config in zoo.list():
    beginning(zoo.get(config.id), 16)
print(*(name for name in ("torch._dynamo", "torch._inductor", "plotly", "sympy") if name in sys.modules))
"""


def test_the_opening_example_needs_no_heavy_import() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPEN], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.split() == []
