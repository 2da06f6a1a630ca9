"""A private X display whose pixels are read straight from its frame buffer file."""

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.fakes.child import Child


class Xvfb:
    """An X server of `width_px` x `height_px` on a display number that it chose itself."""

    def __init__(self, folder: Path, *, width_px: int = 1280, height_px: int = 720) -> None:
        """Start the server and wait until it accepts clients.

        Raises:
            NotReadyError: it did not start.
        """
        folder.mkdir(parents=True, exist_ok=True)
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self._buffer = folder / "Xvfb_screen0"
        # A shell hands the descriptor over: the server writes its number there once it is ready.
        command = (
            f"exec Xvfb -displayfd 3 -screen 0 {width_px}x{height_px}x24 -fbdir '{folder}' "
            f"-nolisten tcp -noreset -nocursor 3>/proc/{os.getpid()}/fd/{writer}"
        )
        self.child = Child("Xvfb", ["/bin/sh", "-c", command], log=folder / "xvfb.log")
        try:
            os.set_blocking(reader, False)
            told = bytearray()

            def has_told() -> bool:
                try:
                    told.extend(os.read(reader, 16))
                except BlockingIOError:
                    return False
                return told.endswith(b"\n")

            self.child.wait_until(has_told, within_s=15, what="display number")
            self.display = f":{told.decode().strip()}"
        except BaseException:
            self.child.end()
            raise
        finally:
            os.close(reader)
            os.close(writer)

    def pixels(self) -> Any:
        """What is on the screen now: uint8 array of shape (height, width, 3), RGB."""
        data = self._buffer.read_bytes()
        # X Window Dump, version 7: a header of big-endian 32-bit words, then the colour map, then the rows.
        header = struct.unpack(">25I", data[:100])
        header_bytes, width, height, bytes_per_line, colours = header[0], header[4], header[5], header[12], header[19]
        start = header_bytes + colours * 12
        rows = np.frombuffer(data, np.uint8, height * bytes_per_line, start).reshape(height, bytes_per_line)
        return rows[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1].copy()

    def save_picture(self, file: Path) -> None:
        """Write the screen as PNG."""
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(self.pixels()).save(file)

    def end(self) -> None:
        self.child.end()
