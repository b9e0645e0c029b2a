import re
import shutil
import subprocess
from graphlib import CycleError

import pytest

from api import bundle

MODULES = {
    "app": 'import { shout } from "./big-words.js";\nimport {\n  twice,\n  ONE,\n} from "./numbers.js";\n'
    "print(shout(twice(ONE)));\n"
    'import("./more-sums.js").then(({ add }) => print(twice(add(1, 1))));\n',
    "big-words": 'import { ONE } from "./numbers.js";\nexport const shout = (text) => `${text}!`.repeat(ONE);\n',
    "numbers": "// Two.\nconst count = 2;\n\n/** Twice:\n * `1\n */\n"
    "export function twice(n) {\n  return count * n;\n}\nexport const ONE = 1;\n",
    "more-sums": 'import { negate } from "./signs.js";\nimport { ONE } from "./numbers.js";\n'
    "export const add = (n, m) => ONE * n - negate(m);\n",
    "signs": "export const negate = (n) => -n;\n",
}


def test_bundle_calls_modules_after_their_imports(tmp_path):
    """A dynamic import becomes a script of its own, which shares the modules of the page's."""
    scripts = bundle.bundle_modules(MODULES)
    page = scripts.pop("page")
    assert re.findall(r"^const (\$\w+) = ", page, re.MULTILINE) == ["$numbers", "$big_words", "$app"]
    for text in (
        "const {\ntwice,\nONE,\n} = $numbers;",
        "return { twice, ONE };",
        "const { ONE } = $numbers;\nconst shout = (text) =>",
    ):
        assert text in page
    assert scripts.keys() == {"more-sums"}
    assert "$numbers = " not in scripts["more-sums"]
    (tmp_path / "more-sums.mjs").write_text(scripts["more-sums"])
    script = "const print = console.log;\n" + page.replace("/web/more-sums.js", "./more-sums.mjs")
    node = shutil.which("node")
    assert node, "Node is missing: install Node 18 or later."
    command = [node, "--input-type=module", "-"]  # our own script
    process = subprocess.run(
        command, input=script, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert process.stdout == "2!\n4\n"


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
