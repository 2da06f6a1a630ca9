"""What a story plants (a paper's name, a file's name, a form's text, pieces of pages), and where it looks afterwards."""

from pathlib import Path

from tests.system.stage import Stage
from tests.system.traces import files_below, rows_holding, traces

FRAGMENT_BYTES = 48
NOT_OURS = ("agent", "agent_files", "pulse", "x", "sane")
"""Parts of the private folder that are the agent's computer or the instruments, not the kiosk or the hub."""


class Canaries:
    """Strings that nothing else holds, and fragments of the documents that travelled."""

    def __init__(self) -> None:
        self.scan_title = "Attestation Herisson-7731"
        self.file_name = "Canari-Mesange-4412.pdf"
        self.form_text = "Demande Loriot-9053"
        self.strings = ("Herisson-7731", "Mesange-4412", "Loriot-9053")
        self.fragments: list[bytes] = []

    def plant_bytes_of(self, document: Path) -> None:
        """Remember pieces of a document: whatever kept the document would hold them."""
        data = document.read_bytes()
        for share in (0.2, 0.5, 0.8):
            start = int(len(data) * share)
            self.fragments.append(data[start : start + FRAGMENT_BYTES])

    def search(self, stage: Stage) -> tuple[str, list[str]]:
        """Look everywhere the kiosk, the hub and the print service may write; gives what was searched, and what was
        found."""
        kept_by_printer = {"received", "printer"}
        folders = [each for each in stage.private.iterdir() if each.name not in NOT_OURS]
        folders += [each for each in stage.print_server.root.iterdir() if each.name not in kept_by_printer]
        folders.append(stage.logs)
        found = traces(folders, self.strings)
        found += [f"hub database, {each}" for each in rows_holding(stage.hub.database, self.strings)]
        found += [f"kiosk's folder: {name}" for name in files_below(stage.kiosk.runtime)]
        found += [f"spool: {file.name}" for file in stage.print_server.spooled_files()]
        files = [file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*"))]
        for file in files:
            if file.is_file():
                data = file.read_bytes()
                found += [f"{file}: a piece of a document" for fragment in self.fragments if fragment in data]
        return f"{len(files)} files of kiosk, hub, print service and logs, and the hub's database", found
