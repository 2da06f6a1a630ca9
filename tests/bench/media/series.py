"""What our kiosk measured of itself during a call, one line for each second: to see how it found its rate."""

import json
from pathlib import Path

COLUMNS = (
    ("estimate_bps", "estimate", 1e-3),
    ("target_bps", "target", 1e-3),
    ("sent_bps", "sent", 1e-3),
    ("sent_loss", "lost %", 100),
    ("sent_height", "height", 1),
    ("round_trip_s", "rtt ms", 1000),
    ("received_bps", "received", 1e-3),
    ("received_loss", "lost %", 100),
    ("received_height", "height", 1),
    ("frames_shown", "shown", 1),
    ("packets_asked_again", "nacks", 1),
    ("key_frames_asked", "plis", 1),
    ("sound_depth_s", "depth ms", 1000),
    ("sound_concealed_s", "conceal ms", 1000),
    ("sound_ahead_s", "ahead ms", 1000),
)
WIDTH = 10


def as_text(rehearsal: Path) -> str:
    """A table; rates in kbit/s. Columns that were never known are left out."""
    series = json.loads(rehearsal.read_text("utf-8"))["series"]
    if not series:
        return "no series"
    shown = [column for column in COLUMNS if any(row.get(column[0]) is not None for row in series)]
    lines = ["".join(name.rjust(WIDTH) for name in ("s", *(words for _, words, _ in shown), "state"))]
    for number, row in enumerate(series):
        cells = [f"{scale * row[field]:.0f}" if row.get(field) is not None else "-" for field, _, scale in shown]
        lines.append("".join(cell.rjust(WIDTH) for cell in (str(number), *cells, str(row.get("state", "")))))
    return "\n".join(lines)
