"""A private PulseAudio server whose sinks nobody hears, except whoever records their monitors."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.fakes.child import Child

RATE_HZ = 48_000


class Pulse:
    """`server` is what PULSE_SERVER must be; each name in `sinks` is a null sink with its `.monitor`."""

    def __init__(self, folder: Path, *, sinks: Sequence[str]) -> None:
        """Start the server and wait until it answers.

        Raises:
            NotReadyError: it did not start.
        """
        folder.mkdir(parents=True, exist_ok=True)
        socket = folder / "native"
        self.server = f"unix:{socket}"
        self._plugged: dict[str, list[str]] = {}
        self._environment = dict(os.environ, HOME=str(folder), XDG_RUNTIME_DIR=str(folder), PULSE_SERVER=self.server)
        loads = [f"module-native-protocol-unix auth-anonymous=1 socket={socket}"]
        # Without `norewinds`, a null sink mixes two seconds ahead and lets each stream that starts wait for them,
        # also after each underrun. With it, 50 ms, as sound cards do.
        loads += [f"module-null-sink sink_name={sink} rate={RATE_HZ} channels=2 norewinds=1" for sink in sinks]
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit"]
        self.child = Child(
            "PulseAudio",
            [*command, *(part for load in loads for part in ("-L", load))],
            log=folder / "pulse.log",
            env={key: value for key, value in self._environment.items() if key != "PULSE_SERVER"},
        )
        try:
            self.child.wait_until(self._answers, within_s=15, what="answer")
        except BaseException:
            self.child.end()
            raise

    def environment(self, *, plays_on: str, hears: str) -> dict[str, str]:
        """What a program needs to play on the sink `plays_on` and hear what is played on the sink `hears`."""
        return {"PULSE_SERVER": self.server, "PULSE_SINK": plays_on, "PULSE_SOURCE": f"{hears}.monitor"}

    def play_in_a_loop(self, wav: Path, sink: str) -> Child:
        """Play a file on a sink until the returned child is ended."""
        script = 'while :; do paplay --device="$1" "$2" || exit 1; done'
        return Child(
            f"paplay on {sink}",
            ["/bin/sh", "-c", script, "sh", sink, wav],
            log=wav.with_suffix(".log"),
            env=self._environment,
        )

    def record(self, sink: str, seconds: float) -> Any:
        """What was played on a sink during the next `seconds`: int16 array of shape (samples,), mono, 48 kHz.

        Raises:
            subprocess.SubprocessError: the server stopped.
        """
        wanted = int(seconds * RATE_HZ) * 2
        with subprocess.Popen(
            ["parec", f"--device={sink}.monitor", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}", "--raw",
             "--latency-msec=50"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        ) as recorder:  # fmt: skip
            assert recorder.stdout is not None
            data = recorder.stdout.read(wanted)
            recorder.terminate()
        if len(data) < wanted:
            raise subprocess.SubprocessError(f"only {len(data)} of {wanted} bytes of sound were recorded on {sink}")
        return np.frombuffer(data, np.int16)

    def recorders(self) -> int:
        """How many programs hold a microphone open now."""
        return len(self._control("list", "short", "source-outputs").splitlines())

    def plug_headset(self, name: str) -> float:
        """A headset as udev would announce it: the output `name`, the input `name`_mic that hears `name`_voice.

        Gives the moment (`time.time`) just before the output appeared, which comes last.
        """
        shape = "device.form_factor=headset"
        self._plugged[name] = [
            self._load("module-null-sink", f"sink_name={name}_voice", f"rate={RATE_HZ}", "norewinds=1"),
            self._load("module-remap-source", f"source_name={name}_mic", f"master={name}_voice.monitor",
                       "channels=1", f"source_properties={shape}"),
        ]  # fmt: skip
        at_s = time.time()
        self._plugged[name].append(
            self._load("module-null-sink", f"sink_name={name}", f"rate={RATE_HZ}", "norewinds=1",
                       f"sink_properties={shape}")
        )  # fmt: skip
        return at_s

    def unplug_headset(self, name: str) -> float:
        """Take it away while it plays. Gives the moment (`time.time`) just before the output disappeared."""
        at_s = time.time()
        for module in reversed(self._plugged.pop(name)):
            self._control("unload-module", module)
        return at_s

    def _load(self, *module: str) -> str:
        return self._control("load-module", *module).strip()

    def _control(self, *command: str) -> str:
        return subprocess.run(
            ["pactl", *command], env=self._environment, check=True, capture_output=True, text=True, timeout=10
        ).stdout

    def end(self) -> None:
        self.child.end()

    def _answers(self) -> bool:
        return subprocess.run(["pactl", "info"], env=self._environment, capture_output=True, timeout=10).returncode == 0
