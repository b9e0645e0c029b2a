from scripts.local.stack import LocalStack

# Of a file that Python checks against its source's hash. Bytecode that Python writes by itself has 0.
CHECKED_HASH = 0b11


def test_functions_start_from_the_bytecode_that_is_deployed(local: LocalStack) -> None:
    local.log_in()
    files = list(local.emulator.folder.rglob("*.pyc"))
    assert len(files) > 100
    assert {int.from_bytes(file.read_bytes()[4:8], "little") for file in files} == {CHECKED_HASH}
