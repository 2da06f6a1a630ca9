"""Asking a V4L2 node what it is, without opening a stream (so without lighting the camera's lamp)."""

import fcntl
import os
import struct

_VIDIOC_QUERYCAP = 0x80685600
_STRUCT_BYTES = 104
_DEVICE_CAPS_OFFSET = 88
_V4L2_CAP_VIDEO_CAPTURE = 0x00000001


def is_capture_node(path: str) -> bool:
    """True when `path` is a V4L2 node that captures pictures (linux/videodev2.h, struct v4l2_capability).

    A webcam has several nodes; those for metadata say so here.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        answer = fcntl.ioctl(descriptor, _VIDIOC_QUERYCAP, bytes(_STRUCT_BYTES))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    (device_caps,) = struct.unpack_from("=I", answer, _DEVICE_CAPS_OFFSET)
    return bool(device_caps & _V4L2_CAP_VIDEO_CAPTURE)
