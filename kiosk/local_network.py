"""The addresses that this machine can use now: who loses one must find another way, who waits for one may go on.

Read from the kernel at each look (half a millisecond); nothing is sent. Linux: an address stays on its interface when the
cable is pulled, so the interface's flags count too (netdevice(7)).
"""

import fcntl
import socket
import struct

import ifaddr

LOOK_EVERY_S = 0.5

_SIOCGIFFLAGS = 0x8913
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_REQUEST_BYTES = 40
_NAME_BYTES = 15


def usable_addresses() -> frozenset[str]:
    """IPv4 and IPv6 addresses of the interfaces that are up with a cable or a signal; without the loopback's."""
    found: set[str] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for adapter in ifaddr.get_adapters():
            flags = _flags(any_socket, adapter.name)
            if flags & _UP and flags & _RUNNING and not flags & _LOOPBACK:
                found.update(each.ip if isinstance(each.ip, str) else each.ip[0] for each in adapter.ips)
    return frozenset(found)


def _flags(any_socket: socket.socket, name: str) -> int:
    request = name.encode()[:_NAME_BYTES].ljust(_REQUEST_BYTES, b"\0")
    try:
        (flags,) = struct.unpack_from("H", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request), _NAME_BYTES + 1)
    except OSError:
        return 0  # the interface went away between the two questions
    return int(flags)
