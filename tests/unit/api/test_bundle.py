import re
import shutil
import subprocess
from graphlib import CycleError

import pytest

from api import bundle

NUMBERS = (
    "// Two.\nconst count = 2;\n\n/** Twice:\n * `1\n */\nexport function twice(n) {\n"
    "  return count * n;\n}\nexport const ONE = 1;\n"
)


def run(folder, script):
    node = shutil.which("node")
    assert node, "Node is missing: install Node 18 or later."
    command = [node, "--input-type=module", "-"]  # our own script
    process = subprocess.run(command, input=script, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return process.stdout


def test_bundle_calls_each_module_after_its_imports(tmp_path):
    modules = {
        "app": 'import { shout } from "./big-words.js";\nimport {\n  twice,\n  ONE,\n} from "./numbers.js";\n'
        "print(shout(twice(ONE)));\n",
        "big-words": 'import { ONE } from "./numbers.js";\nexport const shout = (text) => `${text}!`.repeat(ONE);\n',
        "numbers": NUMBERS,
    }
    script = bundle.bundle_modules(modules)["page"]
    variables = re.findall(r"^const (\$\w+) = ", script, re.MULTILINE)
    assert variables == ["$numbers", "$big_words", "$app"]
    assert "const {\ntwice,\nONE,\n} = $numbers;" in script
    assert "return { twice, ONE };" in script
    assert "const { ONE } = $numbers;\nconst shout = (text) =>" in script
    assert run(tmp_path, f"const print = console.log;\n{script}") == "2!\n"


def test_dynamic_import_becomes_script_that_shares_modules(tmp_path):
    modules = {
        "app": 'import { twice } from "./numbers.js";\n'
        'import("./more-sums.js").then(({ add }) => print(twice(add(1, 1))));\n',
        "more-sums": 'import { negate } from "./signs.js";\nimport { ONE } from "./numbers.js";\n'
        "export const add = (n, m) => ONE * n - negate(m);\n",
        "signs": "export const negate = (n) => -n;\n",
        "numbers": NUMBERS,
    }
    scripts = bundle.bundle_modules(modules)
    assert scripts.keys() == {"page", "more-sums"}
    assert "$signs" not in scripts["page"]
    assert "$numbers = " not in scripts["more-sums"]
    (tmp_path / "more-sums.mjs").write_text(scripts["more-sums"])
    page = scripts["page"].replace("/web/more-sums.js", "./more-sums.mjs")
    assert run(tmp_path, f"const print = console.log;\n{page}") == "4\n"


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
