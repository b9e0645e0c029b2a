"""Names say what a value is, and not what was done to it: `user_text`, not `told`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("functions", "layers", "scripts", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
PARTICIPLES = {
    *("asked", "begun", "brought", "chosen", "drawn", "found", "given", "gone", "heard", "held", "kept", "known"),
    *("lent", "looked", "made", "meant", "named", "put", "said", "seen", "sent", "shown", "taken", "thought", "told"),
    *("wanted", "written"),
}
WORD = re.compile(rf"\b_*({'|'.join(PARTICIPLES)})_*\b")


def bindings(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each bound name with its line, but for fields of classes: those are names in JSON and in stored items."""
    fields = {
        node.target for kind in ast.walk(tree) if isinstance(kind, ast.ClassDef)
        for node in kind.body if isinstance(node, ast.AnnAssign)
    }  # fmt: skip
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store()) if node not in fields:
                yield node.id, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.FunctionDef() | ast.ClassDef() if node.name != "put":  # a verb there
                yield node.name, node.lineno
            case (
                ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name))
            ) as at:
                yield name, at.lineno


def participles_in(source: str) -> list[str]:
    if not WORD.search(source):  # ten times as fast as parsing it
        return []
    return [f"line {line}: {name}" for name, line in bindings(ast.parse(source)) if name.strip("_") in PARTICIPLES]


def test_names_say_what_a_value_is() -> None:
    problems = {str(path.relative_to(ROOT)): participles_in(path.read_text(encoding="utf-8")) for path in FILES}
    assert {path: names for path, names in problems.items() if names} == {}


def test_participle_is_reported_but_for_fields_of_stored_items() -> None:
    binding = ("told = 1", "def f(said): ...", "def found(): ...", "[seen for seen in x]", "with x as _given: ...")
    for source in (*binding, "(kept := 1)"):
        assert participles_in(source), source
    assert participles_in("class Replaced:\n    kept: str | None = None\n") == []
