"""VP8 as a conversation needs it: libvpx itself, whose bitrate changes in place, without a key frame.

PyAV's encoder can only be built anew for each bitrate, which sends a key frame each time, just when the link
has the least room. The settings are those that browsers use for a live picture in one layer (libwebrtc's
VP8 encoder, constant bitrate). One encoder is used by one thread at a time; encoding lets the others run.
"""

import ctypes
import ctypes.util
import os
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

CLOCK_HZ = 90_000
"""Time base of what is encoded: that of video in RTP."""

PACKAGE = "vpx-tools"
"""Debian's package that brings libvpx, whose own package is named differently in each release."""

QUANTIZER_MIN, QUANTIZER_MAX = 2, 56
UNDERSHOOT_PCT, OVERSHOOT_PCT = 100, 15
BUFFER_MS, BUFFER_INITIAL_MS, BUFFER_OPTIMAL_MS = 1_000, 500, 600
DROP_BELOW_PCT = 30
"""A frame is dropped when the encoder's buffer is filled less than that: libvpx then owes too many bits."""
KEY_FRAME_SHARE = 0.5
"""A key frame may take so much of the optimal buffer: 300 ms of the link."""
NOT_A_CHANGE = 0.01
"""A target that differs by less is the same target."""

_REALTIME = 1
_CBR = 1
_I420 = 0x102
_FORCE_KEY_FRAME = 1
_FRAME_PACKET = 0
_KEY_FRAME_FLAG = 1
_WRONG_VERSION = 3
_CONTROLS = {
    "cpu_used": 13,
    "noise_sensitivity": 15,
    "static_threshold": 17,
    "token_partitions": 18,
    "max_intra_bitrate_pct": 26,
}
_SPARE = 4_096
"""Bytes given beyond the part of libvpx's structures that is described here; they grow at their end only."""


class Vp8Unavailable(RuntimeError):
    """libvpx is not installed, or is not one that this module knows."""


class Vp8Failed(RuntimeError):
    """libvpx refused a picture or a setting; the text is its own word for the error."""


class Plane(Protocol):
    """One plane of a picture, as PyAV's frames have them."""

    @property
    def buffer_ptr(self) -> int: ...

    @property
    def line_size(self) -> int: ...


class _Config(ctypes.Structure):
    """The beginning of `vpx_codec_enc_cfg_t`, the same since libvpx 1.8."""

    _fields_ = [
        ("usage", ctypes.c_uint),
        ("threads", ctypes.c_uint),
        ("profile", ctypes.c_uint),
        ("width", ctypes.c_uint),
        ("height", ctypes.c_uint),
        ("bit_depth", ctypes.c_int),
        ("input_bit_depth", ctypes.c_uint),
        ("timebase_num", ctypes.c_int),
        ("timebase_den", ctypes.c_int),
        ("error_resilient", ctypes.c_uint32),
        ("passes", ctypes.c_int),
        ("lag_in_frames", ctypes.c_uint),
        ("drop_threshold", ctypes.c_uint),
        ("resize_allowed", ctypes.c_uint),
        ("scaled_width", ctypes.c_uint),
        ("scaled_height", ctypes.c_uint),
        ("resize_up", ctypes.c_uint),
        ("resize_down", ctypes.c_uint),
        ("end_usage", ctypes.c_int),
        ("twopass_stats", ctypes.c_void_p),
        ("twopass_size", ctypes.c_size_t),
        ("firstpass_stats", ctypes.c_void_p),
        ("firstpass_size", ctypes.c_size_t),
        ("target_kbps", ctypes.c_uint),
        ("min_quantizer", ctypes.c_uint),
        ("max_quantizer", ctypes.c_uint),
        ("undershoot_pct", ctypes.c_uint),
        ("overshoot_pct", ctypes.c_uint),
        ("buffer_ms", ctypes.c_uint),
        ("buffer_initial_ms", ctypes.c_uint),
        ("buffer_optimal_ms", ctypes.c_uint),
        ("vbr_bias_pct", ctypes.c_uint),
        ("vbr_minsection_pct", ctypes.c_uint),
        ("vbr_maxsection_pct", ctypes.c_uint),
        ("vbr_corpus_complexity", ctypes.c_uint),
        ("key_frame_mode", ctypes.c_int),
        ("key_frame_min", ctypes.c_uint),
        ("key_frame_max", ctypes.c_uint),
        ("spare", ctypes.c_ubyte * _SPARE),
    ]


class _Image(ctypes.Structure):
    """`vpx_image_t`."""

    _fields_ = [
        ("format", ctypes.c_int),
        ("colour_space", ctypes.c_int),
        ("colour_range", ctypes.c_int),
        ("size", ctypes.c_uint * 2),
        ("bit_depth", ctypes.c_uint),
        ("shown", ctypes.c_uint * 2),
        ("rendered", ctypes.c_uint * 2),
        ("chroma_shift", ctypes.c_uint * 2),
        ("planes", ctypes.c_void_p * 4),
        ("strides", ctypes.c_int * 4),
        ("spare", ctypes.c_ubyte * 256),
    ]


class _Packet(ctypes.Structure):
    """The beginning of `vpx_codec_cx_pkt_t` when it holds a frame."""

    _fields_ = [
        ("kind", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("pts", ctypes.c_int64),
        ("duration", ctypes.c_ulong),
        ("flags", ctypes.c_uint32),
    ]


@cache
def _library() -> Any:
    name = ctypes.util.find_library("vpx")
    if name is None:
        raise Vp8Unavailable(f"libvpx is missing: install {PACKAGE}")
    library = ctypes.CDLL(name)
    try:
        pointer, integer, unsigned = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
        signatures: dict[str, tuple[Any, list[Any]]] = {
            "vpx_codec_vp8_cx": (pointer, []),
            "vpx_codec_enc_config_default": (integer, [pointer, pointer, ctypes.c_uint]),
            "vpx_codec_enc_init_ver": (integer, [pointer, pointer, pointer, ctypes.c_long, integer]),
            "vpx_codec_enc_config_set": (integer, [pointer, pointer]),
            "vpx_codec_control_": (integer, [pointer, integer, integer]),
            "vpx_codec_encode": (integer, [pointer, pointer, ctypes.c_int64, unsigned, ctypes.c_long, unsigned]),
            "vpx_codec_get_cx_data": (ctypes.POINTER(_Packet), [pointer, pointer]),
            "vpx_codec_destroy": (integer, [pointer]),
            "vpx_codec_err_to_string": (ctypes.c_char_p, [integer]),
        }
        for function, (result, arguments) in signatures.items():
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
    except AttributeError as error:
        raise Vp8Unavailable(f"{name} is not a libvpx we know ({error.name}): install {PACKAGE}") from None
    return library


@cache
def _default_config() -> bytes:
    """libvpx's own defaults, after checking that they are where we look for them."""
    library, config = _library(), _Config()
    _check(library.vpx_codec_enc_config_default(library.vpx_codec_vp8_cx(), ctypes.byref(config), 0))
    seen = (config.width, config.height, config.timebase_num, config.timebase_den, config.key_frame_max)
    if seen != (320, 240, 1, 30, 128) or config.target_kbps != 256 or config.max_quantizer != 63:
        raise Vp8Unavailable(f"this libvpx keeps its settings elsewhere: install {PACKAGE}")
    return bytes(config)


def _check(code: int) -> None:
    if code:
        raise Vp8Failed(_library().vpx_codec_err_to_string(code).decode())


def threads_for(pixels: int, cores: int) -> int:
    """Threads worth their cost for a picture of so many pixels (libwebrtc's rule, two at the most)."""
    return 2 if pixels > 640 * 480 and cores >= 3 else 1


def speed_for(pixels: int) -> int:
    """libvpx's `cpu-used` for a live picture: the further below zero, the faster and the coarser.

    Measured on 720p with libvpx 1.12: beyond -6 nothing is gained; -4 costs two thirds more and shows on small
    pictures only.
    """
    return -4 if pixels < 352 * 288 else -6


@dataclass(frozen=True)
class EncodedPicture:
    """A VP8 frame, ready for packets."""

    data: bytes
    key: bool


class Vp8Encoder:
    """Encodes pictures of one size; another size needs another encoder, as it needs a key frame anyway.

    Raises:
        Vp8Unavailable: no usable libvpx on this machine.
        Vp8Failed: libvpx does not take this size.
    """

    def __init__(self, width: int, height: int, target_bps: int, cores: int | None = None) -> None:
        cores = cores or os.cpu_count() or 1
        self.width, self.height = width, height
        self._library = _library()
        self._context: ctypes.Array[Any] | None = None
        self._config = config = _Config.from_buffer_copy(_default_config())
        config.threads = threads_for(width * height, cores)
        config.width, config.height = width, height
        config.timebase_num, config.timebase_den = 1, CLOCK_HZ
        config.error_resilient = 0
        config.passes = 0
        config.lag_in_frames = 0
        config.drop_threshold = DROP_BELOW_PCT
        config.resize_allowed = 0
        config.end_usage = _CBR
        config.target_kbps = max(1, target_bps // 1_000)
        config.min_quantizer, config.max_quantizer = QUANTIZER_MIN, QUANTIZER_MAX
        config.undershoot_pct, config.overshoot_pct = UNDERSHOOT_PCT, OVERSHOOT_PCT
        config.buffer_ms, config.buffer_initial_ms = BUFFER_MS, BUFFER_INITIAL_MS
        config.buffer_optimal_ms = BUFFER_OPTIMAL_MS
        # Key frames come when they are asked for: the other side tells us when it needs one.
        config.key_frame_mode = 0
        config.key_frame_min = config.key_frame_max = 0
        self._target_bps = target_bps
        self._frames_per_s = 30.0
        self._image = self._image_of(width, height)
        self._context = self._begin()
        self._control("cpu_used", speed_for(width * height))
        self._control("noise_sensitivity", 0)
        self._control("static_threshold", 1)
        self._control("token_partitions", 0)
        self._limit_key_frames()

    def _begin(self) -> "ctypes.Array[Any]":
        # The number of libvpx's interface is not in the library's name: the right one is the one it takes.
        for version in range(16, 64):
            context = ctypes.create_string_buffer(_SPARE)
            code = self._library.vpx_codec_enc_init_ver(
                context, self._library.vpx_codec_vp8_cx(), ctypes.byref(self._config), 0, version
            )
            if code != _WRONG_VERSION:
                _check(code)
                return context
        raise Vp8Unavailable(f"this libvpx has an interface we do not know: install {PACKAGE}")

    @staticmethod
    def _image_of(width: int, height: int) -> _Image:
        image = _Image(format=_I420, bit_depth=8)
        image.size[:] = (width + width % 2, height + height % 2)
        image.shown[:] = (width, height)
        image.chroma_shift[:] = (1, 1)
        return image

    def _control(self, name: str, value: int) -> None:
        _check(self._library.vpx_codec_control_(self._context, _CONTROLS[name], value))

    def _limit_key_frames(self) -> None:
        share = KEY_FRAME_SHARE * BUFFER_OPTIMAL_MS * self._frames_per_s / 10
        self._control("max_intra_bitrate_pct", int(max(300, share)))

    @property
    def target_bps(self) -> int:
        return self._target_bps

    def set_target(self, target_bps: int, frames_per_s: float | None = None) -> None:
        """Aim at another rate from the next frame on, without a key frame."""
        if frames_per_s is not None and abs(frames_per_s - self._frames_per_s) > 1:
            self._frames_per_s = frames_per_s
            self._limit_key_frames()
        if abs(target_bps - self._target_bps) <= NOT_A_CHANGE * self._target_bps:
            return
        self._target_bps = target_bps
        self._config.target_kbps = max(1, target_bps // 1_000)
        _check(self._library.vpx_codec_enc_config_set(self._context, ctypes.byref(self._config)))

    def encode(
        self, planes: "tuple[Plane, Plane, Plane]", at: int, duration: int, *, key: bool = False
    ) -> EncodedPicture | None:
        """The frame for a picture, or None when libvpx drops it to keep to its rate.

        `planes`: Y, U and V of a picture of this encoder's size, read in place. `at` (ever growing) and
        `duration` are in units of 1/90 000 s.
        """
        for index, plane in enumerate(planes):
            self._image.planes[index] = plane.buffer_ptr
            self._image.strides[index] = plane.line_size
        flags = _FORCE_KEY_FRAME if key else 0
        _check(
            self._library.vpx_codec_encode(
                self._context, ctypes.byref(self._image), at, max(1, duration), flags, _REALTIME
            )
        )
        encoded = None
        iterator = ctypes.c_void_p()
        while packet := self._library.vpx_codec_get_cx_data(self._context, ctypes.byref(iterator)):
            frame = packet.contents
            if frame.kind == _FRAME_PACKET and frame.size:
                encoded = EncodedPicture(ctypes.string_at(frame.data, frame.size), bool(frame.flags & _KEY_FRAME_FLAG))
        return encoded

    def close(self) -> None:
        """Give libvpx's memory back; closing twice changes nothing."""
        if self._context is not None:
            self._library.vpx_codec_destroy(self._context)
            self._context = None

    def __del__(self) -> None:
        if getattr(self, "_context", None) is not None:
            self.close()
