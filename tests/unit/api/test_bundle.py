import re
import shutil
import subprocess
from graphlib import CycleError

import pytest

from api import bundle


def test_bundle_calls_each_module_after_its_imports():
    modules = {
        "app": 'import { shout } from "./big-words.js";\nimport {\n  twice,\n  ONE,\n} from "./numbers.js";\n'
        "print(shout(twice(ONE)));\n",
        "big-words": 'import { ONE } from "./numbers.js";\nexport const shout = (text) => `${text}!`.repeat(ONE);\n',
        "numbers": "// Two.\nconst count = 2;\n\n/** Twice:\n * `1\n */\nexport function twice(n) {\n"
        "  return count * n;\n}\nexport const ONE = 1;\n",
    }
    script = bundle.bundle_modules(modules)
    variables = re.findall(r"^const (\$\w+) = ", script, re.MULTILINE)
    assert variables == ["$numbers", "$big_words", "$app"]
    assert "const {\ntwice,\nONE,\n} = $numbers;" in script
    assert "return { twice, ONE };" in script
    assert "const { ONE } = $numbers;\nconst shout = (text) =>" in script
    node = shutil.which("node")
    assert node, "Node is missing: install Node 18 or later."
    process = subprocess.run(  # our own script
        [node, "--input-type=module", "-"], input=f"const print = console.log;\n{script}",
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert process.stdout == "2!\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('import words from "./words.js";\n', ValueError),
        ('import { a as b } from "./words.js";\n', ValueError),
        ("const a = 1;\nexport { a };\n", ValueError),
        ("const a = `1\n2`;\n", ValueError),
        ('import { a } from "./none.js";\n', KeyError),
        ('import { a } from "./app.js";\n', CycleError),
    ],
)
def test_bundle_with_unsupported_module_raises(text, error):
    with pytest.raises(error):
        bundle.bundle_modules({"app": text})
