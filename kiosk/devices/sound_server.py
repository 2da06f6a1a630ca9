"""The machine's sound server, PulseAudio or PipeWire in its guise: tells what is plugged, moves our sound elsewhere.

PortAudio lists devices once and knows nothing of a headset plugged in later, but each of its streams is, behind
ALSA's plug-in, a stream of the sound server, which can move it while it plays. This asks the server itself, through
libpulse and its own events: nothing is polled. Where no sound server runs, nothing is told and nothing is moved.

Layouts are those of libpulse 14 and later (pulse/introspect.h); newer ones only add at the end.
"""

import ctypes
import ctypes.util
import logging
import os
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from hub.logbook import record
from kiosk.devices.sound_places import Place, Sounds, Stream
from kiosk.journal import Event

RETRY_S = 2.0
"""Between two attempts to reach a sound server."""
PORT_SHAPES = {3: "headphone", 6: "headset", 7: "handset"}
"""Kinds of jacks (pulse/def.h, pa_device_port_type) that one person hears."""
_SHAPE_KEYS = (b"device.form_factor", b"device.form-factor")
_NO_SPAWN, _NO_FAIL = 1, 2
_READY, _FAILED, _TERMINATED = 4, 5, 6
_SINKS, _SOURCES, _PLAYERS, _RECORDERS, _CARDS = 0x01, 0x02, 0x04, 0x08, 0x200
_NONE = 0xFFFFFFFF

_log = logging.getLogger(__name__)


class _Format(ctypes.Structure):
    _fields_: ClassVar = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]


class _Channels(ctypes.Structure):
    """pa_channel_map and pa_cvolume have the same size."""

    _fields_: ClassVar = [("channels", ctypes.c_uint8), ("values", ctypes.c_uint32 * 32)]


class _Port(ctypes.Structure):
    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("priority", ctypes.c_uint32),
        ("available", ctypes.c_int),
        ("availability_group", ctypes.c_char_p),
        ("type", ctypes.c_uint32),
    ]


class _Device(ctypes.Structure):
    """pa_sink_info and pa_source_info, which differ in names only."""

    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("index", ctypes.c_uint32),
        ("description", ctypes.c_char_p),
        ("format", _Format),
        ("channels", _Channels),
        ("owner_module", ctypes.c_uint32),
        ("volume", _Channels),
        ("mute", ctypes.c_int),
        ("monitor", ctypes.c_uint32),
        ("monitor_name", ctypes.c_char_p),
        ("latency_us", ctypes.c_uint64),
        ("driver", ctypes.c_char_p),
        ("flags", ctypes.c_int),
        ("properties", ctypes.c_void_p),
        ("configured_latency_us", ctypes.c_uint64),
        ("base_volume", ctypes.c_uint32),
        ("state", ctypes.c_int),
        ("volume_steps", ctypes.c_uint32),
        ("card", ctypes.c_uint32),
        ("port_count", ctypes.c_uint32),
        ("ports", ctypes.c_void_p),
        ("active_port", ctypes.POINTER(_Port)),
    ]


class _Player(ctypes.Structure):
    """The start of pa_sink_input_info."""

    _fields_: ClassVar = [
        ("index", ctypes.c_uint32),
        ("name", ctypes.c_char_p),
        ("owner_module", ctypes.c_uint32),
        ("client", ctypes.c_uint32),
        ("at", ctypes.c_uint32),
        ("format", _Format),
        ("channels", _Channels),
        ("volume", _Channels),
        ("buffer_us", ctypes.c_uint64),
        ("device_us", ctypes.c_uint64),
        ("resample_method", ctypes.c_char_p),
        ("driver", ctypes.c_char_p),
        ("mute", ctypes.c_int),
        ("properties", ctypes.c_void_p),
    ]


class _Recorder(ctypes.Structure):
    """The start of pa_source_output_info."""

    _fields_: ClassVar = [
        ("index", ctypes.c_uint32),
        ("name", ctypes.c_char_p),
        ("owner_module", ctypes.c_uint32),
        ("client", ctypes.c_uint32),
        ("at", ctypes.c_uint32),
        ("format", _Format),
        ("channels", _Channels),
        ("buffer_us", ctypes.c_uint64),
        ("device_us", ctypes.c_uint64),
        ("resample_method", ctypes.c_char_p),
        ("driver", ctypes.c_char_p),
        ("properties", ctypes.c_void_p),
    ]


_OnState = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_OnEvent = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p)
_OnItem = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

_POINTER, _TEXT, _INT, _NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "pa_threaded_mainloop_new": (_POINTER, []),
    "pa_threaded_mainloop_free": (None, [_POINTER]),
    "pa_threaded_mainloop_start": (_INT, [_POINTER]),
    "pa_threaded_mainloop_stop": (None, [_POINTER]),
    "pa_threaded_mainloop_lock": (None, [_POINTER]),
    "pa_threaded_mainloop_unlock": (None, [_POINTER]),
    "pa_threaded_mainloop_get_api": (_POINTER, [_POINTER]),
    "pa_context_new": (_POINTER, [_POINTER, _TEXT]),
    "pa_context_connect": (_INT, [_POINTER, _TEXT, _INT, _POINTER]),
    "pa_context_disconnect": (None, [_POINTER]),
    "pa_context_unref": (None, [_POINTER]),
    "pa_context_get_state": (_INT, [_POINTER]),
    "pa_context_set_state_callback": (None, [_POINTER, _OnState, _POINTER]),
    "pa_context_set_subscribe_callback": (None, [_POINTER, _OnEvent, _POINTER]),
    "pa_context_subscribe": (_POINTER, [_POINTER, _INT, _POINTER, _POINTER]),
    "pa_context_get_sink_info_list": (_POINTER, [_POINTER, _OnItem, _POINTER]),
    "pa_context_get_source_info_list": (_POINTER, [_POINTER, _OnItem, _POINTER]),
    "pa_context_get_sink_input_info_list": (_POINTER, [_POINTER, _OnItem, _POINTER]),
    "pa_context_get_source_output_info_list": (_POINTER, [_POINTER, _OnItem, _POINTER]),
    "pa_context_move_sink_input_by_index": (_POINTER, [_POINTER, _NUMBER, _NUMBER, _POINTER, _POINTER]),
    "pa_context_move_source_output_by_index": (_POINTER, [_POINTER, _NUMBER, _NUMBER, _POINTER, _POINTER]),
    "pa_operation_unref": (None, [_POINTER]),
    "pa_proplist_gets": (_TEXT, [_POINTER, _TEXT]),
}


@cache
def load_libpulse() -> Any | None:
    """libpulse with its signatures, or None where it is not installed."""
    name = ctypes.util.find_library("pulse")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    for function, (result, arguments) in _SIGNATURES.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


class SoundServer:
    """One connection to the server, looked after by one thread; libpulse's own thread brings the news.

    Args:
        on_change: called in libpulse's thread with all there is, at first and after each change. It may call
            `move_player` and `move_recorder`, and must not wait.
    """

    def __init__(self, on_change: Callable[[Sounds], None]) -> None:
        self._on_change = on_change
        self._library: Any = None
        self._loop: int | None = None
        self._context: int | None = None
        self._lost = False
        self._retry_s = float("-inf")
        self._asking = 0
        self._again = False
        self._found: dict[int, list[Any]] = {}
        # libpulse keeps only their addresses.
        self._callbacks = (_OnState(self._state_changed), _OnEvent(self._something_changed))
        self._listed = {kind: _OnItem(self._lister(kind)) for kind in (_SINKS, _SOURCES, _PLAYERS, _RECORDERS)}

    def look_after(self, now_s: float) -> None:
        """Connect, or connect again when the server went away. Returns at once."""
        if self._lost:
            self.close()
            self._retry_s = now_s + RETRY_S
        if self._loop is None and now_s >= self._retry_s:
            self._library = load_libpulse()
            if self._library is not None:
                self._connect(self._library)

    def close(self) -> None:
        """Let go of the server; nothing is told any more when this returns."""
        if self._library is None or self._loop is None:
            return
        library, loop, context = self._library, self._loop, self._context
        library.pa_threaded_mainloop_lock(loop)
        self._loop = self._context = None
        if context:
            library.pa_context_disconnect(context)
            library.pa_context_unref(context)
        library.pa_threaded_mainloop_unlock(loop)
        library.pa_threaded_mainloop_stop(loop)
        library.pa_threaded_mainloop_free(loop)
        self._lost, self._asking, self._again = False, 0, False

    def move_player(self, stream: int, place: int) -> None:
        """Move sound we play to another output; from `on_change` only."""
        self._do("pa_context_move_sink_input_by_index", stream, place, None, None)

    def move_recorder(self, stream: int, place: int) -> None:
        """Record from another input; from `on_change` only."""
        self._do("pa_context_move_source_output_by_index", stream, place, None, None)

    def _connect(self, library: Any) -> None:
        on_state, on_event = self._callbacks
        loop = library.pa_threaded_mainloop_new()
        context = library.pa_context_new(library.pa_threaded_mainloop_get_api(loop), b"visio-kiosk")
        library.pa_context_set_state_callback(context, on_state, None)
        library.pa_context_set_subscribe_callback(context, on_event, None)
        self._loop, self._context = loop, context
        if library.pa_context_connect(context, None, _NO_SPAWN | _NO_FAIL, None) < 0:
            self._lost = True
            return
        library.pa_threaded_mainloop_start(loop)

    # ---- libpulse's thread ------------------------------------------------------------------------------

    def _do(self, function: str, *arguments: Any) -> None:
        if self._library is not None and self._context:
            operation = getattr(self._library, function)(self._context, *arguments)
            if operation:
                self._library.pa_operation_unref(operation)

    def _state_changed(self, context: int, _data: int | None) -> None:
        assert self._library is not None
        state = self._library.pa_context_get_state(context)
        if state == _READY:
            self._do("pa_context_subscribe", _SINKS | _SOURCES | _PLAYERS | _RECORDERS | _CARDS, None, None)
            self._ask()
        elif state in (_FAILED, _TERMINATED):
            self._lost = True

    def _something_changed(self, _context: int, _kind: int, _index: int, _data: int | None) -> None:
        self._ask()

    def _ask(self) -> None:
        """Ask for everything; what changes meanwhile is asked once more afterwards."""
        if self._asking:
            self._again = True
            return
        self._again = False
        self._asking = len(self._listed)
        self._found = {kind: [] for kind in self._listed}
        self._do("pa_context_get_sink_info_list", self._listed[_SINKS], None)
        self._do("pa_context_get_source_info_list", self._listed[_SOURCES], None)
        self._do("pa_context_get_sink_input_info_list", self._listed[_PLAYERS], None)
        self._do("pa_context_get_source_output_info_list", self._listed[_RECORDERS], None)

    def _lister(self, kind: int) -> Callable[[int, int | None, int, int | None], None]:
        def listed(_context: int, item: int | None, end: int, _data: int | None) -> None:
            if end:
                self._list_ended()
            elif item:
                found = self._read(kind, item)
                if found is not None:
                    self._found[kind].append(found)

        return listed

    def _list_ended(self) -> None:
        self._asking -= 1
        if self._asking:
            return
        if self._again:
            self._ask()
            return
        sounds = Sounds(*(tuple(self._found[kind]) for kind in (_SINKS, _SOURCES, _PLAYERS, _RECORDERS)))
        try:
            self._on_change(sounds)
        except Exception as error:  # noqa: BLE001 - raised through libpulse it would be lost; it is logged by kind
            record(_log, Event.WORK_FAILED, logging.ERROR, lane="sound server", kind=type(error).__name__)

    def _read(self, kind: int, item: int) -> Place | Stream | None:
        if kind in (_SINKS, _SOURCES):
            return self._place(ctypes.cast(item, ctypes.POINTER(_Device)).contents, kind)
        of = _Player if kind == _PLAYERS else _Recorder
        stream: Any = ctypes.cast(item, ctypes.POINTER(of)).contents
        if self._property(stream.properties, b"application.process.id") != str(os.getpid()):
            return None
        return Stream(stream.index, stream.at)

    def _place(self, device: Any, kind: int) -> Place:
        shapes = {self._property(device.properties, key).lower() for key in _SHAPE_KEYS}
        if device.active_port:
            shapes.add(PORT_SHAPES.get(device.active_port.contents.type, ""))
        return Place(
            device.index,
            _text(device.name),
            _text(device.description),
            frozenset(shapes - {""}),
            None if device.card == _NONE else device.card,
            kind == _SOURCES and device.monitor != _NONE,
        )

    def _property(self, properties: int | None, key: bytes) -> str:
        assert self._library is not None
        return _text(self._library.pa_proplist_gets(properties, key)) if properties else ""


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")
