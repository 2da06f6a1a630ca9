"""Names that must not appear in the product, and where they do, found in the syntax tree and not in the text.

Each is a way for an usager's content to leave the rules: a file dialogue shows the disk, a recorder keeps
the call, an opened address leaves the kiosk, a shell runs what a file name says.
"""

import ast
import re
from pathlib import Path

BANNED: dict[str, str] = {
    "QFileDialog": "shows the kiosk's disk to the usager",
    "QPrintDialog": "shows the kiosk's printers to the usager",
    "QDesktopServices": "opens addresses outside the kiosk",
    "QMediaRecorder": "records; no recording exists here",
    "QMediaCaptureSession": "records; the camera has its own device",
    "MediaRecorder": "records; no recording exists here",
    "MediaPlayer": "aiortc's player blocks the media loop; devices are behind ports",
    "MediaBlackhole": "aiortc's sink hides that nobody listens",
}
BANNED_CALLS: dict[str, str] = {
    "os.system": "runs a shell",
    "os.popen": "runs a shell",
    "subprocess.getoutput": "runs a shell",
    "subprocess.getstatusoutput": "runs a shell",
    "eval": "runs text",
    "exec": "runs text",
    "pickle.loads": "runs what the sender chose",
    "pickle.load": "runs what the sender chose",
}
BANNED_JS = re.compile(r"\b(MediaRecorder|captureStream|indexedDB|eval|document\.write|innerHTML|outerHTML)\b")


def banned_in_python(source: str) -> list[tuple[int, str]]:
    """(line, what) of each banned name in Python source.

    Raises:
        SyntaxError: the source is not Python.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Name):
            names = [node.id]
        elif isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name.rpartition(".")[2] for alias in node.names]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in BANNED_CALLS:
                found.append((node.lineno, f"{called}() {BANNED_CALLS[called]}"))
            if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords):
                found.append((node.lineno, "shell= runs a shell"))
        found += [(node.lineno, f"{name} {BANNED[name]}") for name in names if name in BANNED]
    return sorted(set(found))


def banned_in_javascript(source: str) -> list[tuple[int, str]]:
    """(line, what) of each banned name in JavaScript or QML, comments aside."""
    without_comments = re.sub(
        r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", lambda match: "\n" * match.group().count("\n"), source, flags=re.DOTALL
    )
    return [
        (number, match.group())
        for number, line in enumerate(without_comments.splitlines(), start=1)
        for match in BANNED_JS.finditer(line)
    ]


def banned_in_file(file: Path) -> list[str]:
    """`path:line: what`, for a Python, JavaScript, HTML or QML file."""
    source = file.read_text(encoding="utf-8")
    find = banned_in_python if file.suffix == ".py" else banned_in_javascript
    return [f"{file}:{line}: {what}" for line, what in find(source)]
