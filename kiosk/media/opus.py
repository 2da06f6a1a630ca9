"""Opus as a conversation needs it: libopus itself, its redundancy and its concealment (RFC 6716, RFC 7587).

PyAV's encoder cannot be told of loss while it runs, and its decoder neither conceals a packet that is missing
nor uses the copy of it that the next packet carries. Sound is mono at 48 kHz, int16. An encoder or a
decoder is used by one thread at a time.
"""

import ctypes
import ctypes.util
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 48_000
PACKAGE = "libopus0"
BITRATE_BPS = 32_000
BITRATE_RANGE_BPS = (8_000, 64_000)
LEAST_TOLD_LOSS_PERCENT = 10
"""Told of less, libopus writes no copies at our bitrates (measured with 1.3.1: none at 5 % and 32 kbit/s)."""
COMPLEXITY = 6
"""Of 10. More is hardly heard in a voice and costs twice the processor."""
MAX_PACKET_BYTES = 1_275
MAX_PACKET_SAMPLES = RATE_HZ * 120 // 1_000
STEP_SAMPLES = RATE_HZ // 400
"""libopus conceals in steps of 2.5 ms."""

_VOIP = 2048
_SET_BITRATE, _SET_VBR, _SET_COMPLEXITY, _SET_FEC, _SET_LOSS = 4002, 4006, 4010, 4012, 4014
_SET_CONSTRAINED_VBR, _SET_SIGNAL, _RESET, _VOICE = 4020, 4024, 4028, 3001


class OpusUnavailable(RuntimeError):
    """libopus is not installed."""


class OpusFailed(RuntimeError):
    """libopus refused; the number is its own."""


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "opus_encoder_create": (ctypes.c_void_p, [ctypes.c_int32, ctypes.c_int, ctypes.c_int, ctypes.c_void_p]),
    "opus_encoder_ctl": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int32]),
    "opus_encoder_destroy": (None, [ctypes.c_void_p]),
    "opus_encode": (
        ctypes.c_int32,
        [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int32],
    ),
    "opus_decoder_create": (ctypes.c_void_p, [ctypes.c_int32, ctypes.c_int, ctypes.c_void_p]),
    "opus_decoder_destroy": (None, [ctypes.c_void_p]),
    "opus_decode": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int, ctypes.c_int],
    ),
}


@cache
def _library(*, keep_interpreter: bool) -> Any:
    """libopus; `keep_interpreter`: for calls so short that giving the interpreter away would cost more."""
    name = ctypes.util.find_library("opus")
    if name is None:
        raise OpusUnavailable(f"libopus is missing: install {PACKAGE}")
    library = ctypes.PyDLL(name) if keep_interpreter else ctypes.CDLL(name)
    for function, (result, arguments) in _SIGNATURES.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


class OpusEncoder:
    """One voice: mono, constrained variable bitrate, each packet carrying a smaller copy of the former one."""

    def __init__(self, bitrate_bps: int = BITRATE_BPS, loss_percent: int = LEAST_TOLD_LOSS_PERCENT) -> None:
        self._encoder: int | None = None
        self._library = _library(keep_interpreter=False)
        error = ctypes.c_int()
        self._encoder = self._library.opus_encoder_create(RATE_HZ, 1, _VOIP, ctypes.byref(error))
        if error.value:
            raise OpusFailed(error.value)
        self._out = ctypes.create_string_buffer(MAX_PACKET_BYTES)
        self._control(_SET_VBR, 1)
        self._control(_SET_CONSTRAINED_VBR, 1)
        self._control(_SET_COMPLEXITY, COMPLEXITY)
        # Said to be a voice, it is never coded in the mode that has no redundancy.
        self._control(_SET_SIGNAL, _VOICE)
        self._control(_SET_FEC, 1)
        self.set_bitrate(bitrate_bps)
        self.set_loss(loss_percent)

    def _control(self, request: int, value: int) -> None:
        code = self._library.opus_encoder_ctl(self._encoder, request, value)
        if code:
            raise OpusFailed(code)

    def set_bitrate(self, bitrate_bps: int) -> None:
        """From the next packet on; brought into `BITRATE_RANGE_BPS`."""
        low, high = BITRATE_RANGE_BPS
        self._control(_SET_BITRATE, max(low, min(high, bitrate_bps)))

    def set_loss(self, percent: int) -> None:
        """Packets lost out of 100: none, and no copies are sent; some, and each packet copies the former one."""
        self._control(_SET_LOSS, min(100, max(LEAST_TOLD_LOSS_PERCENT, percent)) if percent > 0 else 0)

    def encode(self, samples: Samples) -> bytes:
        """One packet of `samples`, int16 of shape (n,); n is 480, 960, 1 920 or 2 880 (10 to 60 ms)."""
        sound = np.ascontiguousarray(samples, dtype=np.int16)
        size = self._library.opus_encode(self._encoder, sound.ctypes.data, len(sound), self._out, MAX_PACKET_BYTES)
        if size < 0:
            raise OpusFailed(size)
        return self._out.raw[:size]

    def __del__(self) -> None:
        if getattr(self, "_encoder", None):
            self._library.opus_encoder_destroy(self._encoder)
            self._encoder = None


class OpusDecoder:
    """Any Opus stream in, mono out. Packets, copies and holes are given in the order in which they are played.

    Decoding never fails: what is not Opus sounds like a lost packet.
    """

    def __init__(self) -> None:
        self._decoder: int | None = None
        self._library = _library(keep_interpreter=True)
        error = ctypes.c_int()
        self._decoder = self._library.opus_decoder_create(RATE_HZ, 1, ctypes.byref(error))
        if error.value:
            raise OpusFailed(error.value)
        self._out = np.zeros(MAX_PACKET_SAMPLES, dtype=np.int16)

    def samples_of(self, packet: bytes) -> int:
        """Samples in `packet`; 0 when it is not Opus (RFC 6716 section 3)."""
        return packet_samples(packet)

    def has_copy(self, packet: bytes) -> bool:
        """`packet` carries a copy of the one before it."""
        return packet_has_copy(packet)

    def decode(self, packet: bytes) -> Samples:
        """The sound of `packet`."""
        size = packet_samples(packet)
        return self._decode(packet, size, copy=False) if size else np.zeros(0, dtype=np.int16)

    def decode_copy(self, packet: bytes, size: int) -> Samples:
        """`size` samples that were lost just before `packet`, from the copy it carries."""
        return self._decode(packet, _whole_steps(size), copy=True)[:size]

    def conceal(self, size: int) -> Samples:
        """`size` samples invented: the last sound goes on, and fades."""
        return self._decode(None, _whole_steps(size), copy=False)[:size]

    def _decode(self, packet: bytes | None, size: int, *, copy: bool) -> Samples:
        size = min(size, MAX_PACKET_SAMPLES)
        length = len(packet) if packet is not None else 0
        made = self._library.opus_decode(self._decoder, packet, length, self._out.ctypes.data, size, int(copy))
        if made < 0 and packet is not None:
            made = self._library.opus_decode(self._decoder, None, 0, self._out.ctypes.data, _whole_steps(size), 0)
        if made <= 0:
            return np.zeros(size, dtype=np.int16)
        return self._out[:made].copy()

    def __del__(self) -> None:
        if getattr(self, "_decoder", None):
            self._library.opus_decoder_destroy(self._decoder)
            self._decoder = None


def _whole_steps(size: int) -> int:
    return min(MAX_PACKET_SAMPLES, -(-size // STEP_SAMPLES) * STEP_SAMPLES)


def _frame_samples(configuration: int) -> int:
    """Samples of one frame for the five bits of configuration (RFC 6716 table 2)."""
    if configuration < 12:
        return (480, 960, 1_920, 2_880)[configuration % 4]
    if configuration < 16:
        return (480, 960)[configuration % 2]
    return (120, 240, 480, 960)[configuration % 4]


def packet_samples(packet: bytes) -> int:
    """Samples at 48 kHz in `packet`; 0 when it cannot be Opus (RFC 6716 section 3.2)."""
    if not packet:
        return 0
    code = packet[0] & 3
    counted = packet[1] & 0x3F if len(packet) > 1 else 0
    samples = (1, 2, 2, counted)[code] * _frame_samples(packet[0] >> 3)
    return samples if samples <= MAX_PACKET_SAMPLES else 0


def packet_has_copy(packet: bytes) -> bool:
    """`packet` carries a low-bitrate copy of the one before it (RFC 6716 sections 2.1.7 and 4.2.4).

    Only a packet of a single frame is looked into: voices are not sent otherwise.
    """
    if len(packet) < 2 or packet[0] & 3 or packet[0] >> 3 >= 16:
        return False
    # Each channel begins with one bit of voice activity per 20 ms, then the bit that says "copy".
    parts = max(1, _frame_samples(packet[0] >> 3) // 960)
    channels = 2 if packet[0] & 4 else 1
    return any(packet[1] & (0x80 >> ((channel + 1) * (parts + 1) - 1)) for channel in range(channels))
