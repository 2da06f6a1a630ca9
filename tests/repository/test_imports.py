"""No code runs at import but definitions: the statements at the top of each module are of a closed list."""

import ast

import pytest

from tests.repository.tree import ROOT, tracked_files

# Calls that only make a value: types, patterns, paths, tables of the schema, declarative objects of libraries.
PURE_CALLS = {
    "logging.getLogger", "re.compile", "Path", "frozenset", "set", "dict", "tuple", "list", "bytes", "range", "len",
    "max", "min", "sum", "sorted", "TypeVar", "NewType", "TypeAdapter", "MetaData", "Table", "Index", "Annotated",
    "ParamSpec", "Field", "MappingProxyType", "struct.Struct", "timedelta", "ContextVar", "APIRouter", "ConfigDict",
    "namedtuple", "object", "int", "float", "str", "hashlib.sha256",
}  # fmt: skip
EFFECTS = (
    "open",
    "print",
    "connect",
    "run",
    "start",
    "Popen",
    "mkdir",
    "unlink",
    "write",
    "sleep",
    "read_text",
    "read_bytes",
    "environ",
)


def statements_that_run(source: str) -> list[tuple[int, str]]:
    """(line, text) of each top-level statement that does more than define."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr):
            if isinstance(node.value, ast.Constant):
                continue
            called = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
            if called in PURE_CALLS:
                continue
            found.append((node.lineno, ast.unparse(node)[:80]))
        elif isinstance(node, (ast.For, ast.While, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Delete)):
            found.append((node.lineno, ast.unparse(node).splitlines()[0]))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            calls = (inner for inner in ast.walk(node.value) if isinstance(inner, ast.Call))
            found += [
                (call.lineno, ast.unparse(call)[:80])
                for call in calls
                if ast.unparse(call.func).rpartition(".")[2] in EFFECTS
            ]
    return found


def product_modules() -> list[str]:
    return [
        str(file)
        for file in tracked_files("hub/*.py", "kiosk/*.py", "provisioning/*.py")
        if "migrations" not in file.parts
    ]


@pytest.mark.parametrize("file", product_modules())
def test_module_only_defines(file: str) -> None:
    assert statements_that_run((ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    ["print('x')", "for i in x:\n    pass", "with open('x') as f:\n    pass", "X = open('y').read()", "start()"],
)
def test_work_at_import_is_found(source: str) -> None:
    assert statements_that_run(source)


@pytest.mark.parametrize(
    "source", ['"""Text."""', "import os", "X = re.compile('a')", "def f():\n    open('x')", "Index('a', b)"]
)
def test_definitions_are_allowed(source: str) -> None:
    assert statements_that_run(source) == []
