"""Reads the accessibility tree (AT-SPI 2) over D-Bus; run by the system's Python, which has PyGObject.

One JSON line per empty line read on standard input: the list of all nodes of all programs on the bus,
each {"app", "role", "name", "states", "x", "y", "width", "height"} in pixels of the screen. A program that
goes away while it is read is left out. Imports nothing of ours: another interpreter runs it.
"""

import json
import sys

from gi.repository import Gio, GLib

CALL_TIMEOUT_MS = 2000
MOST_NODES = 3000
ROOT = "/org/a11y/atspi/accessible/root"
REGISTRY = "org.a11y.atspi.Registry"
ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
# Positions in the two 32-bit words of GetState that tests need (AT-SPI 2 StateType).
STATES = {4: "checked", 8: "enabled", 12: "focused", 24: "sensitive", 25: "showing", 30: "visible"}
SCREEN = 0


class Tree:
    """The accessibility bus of the session named by DBUS_SESSION_BUS_ADDRESS."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        (address,) = session.call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, CALL_TIMEOUT_MS, None
        ).unpack()
        self._bus = Gio.DBusConnection.new_for_address_sync(
            address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None,
            None,
        )

    def _call(self, app, path, interface, method, arguments=None):
        return self._bus.call_sync(
            app, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, CALL_TIMEOUT_MS, None
        ).unpack()

    def nodes(self):
        (apps,) = self._call(REGISTRY, ROOT, ACCESSIBLE, "GetChildren")
        found = []
        for app, path in apps:
            try:
                self._walk(app, path, found, 0)
            except GLib.Error:
                continue
        return found

    def _walk(self, app, path, found, depth):
        if len(found) >= MOST_NODES or depth > 60:
            return
        found.append(self._node(app, path))
        (children,) = self._call(app, path, ACCESSIBLE, "GetChildren")
        for child_app, child_path in children:
            if child_path.endswith("/null"):
                continue
            try:
                self._walk(child_app, child_path, found, depth + 1)
            except GLib.Error:
                continue  # gone since its parent named it

    def _node(self, app, path):
        (name,) = self._call(
            app, path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (ACCESSIBLE, "Name"))
        )
        (role,) = self._call(app, path, ACCESSIBLE, "GetRoleName")
        (words,) = self._call(app, path, ACCESSIBLE, "GetState")
        bits = words[0] | (words[1] << 32 if len(words) > 1 else 0)
        try:
            ((x, y, width, height),) = self._call(app, path, COMPONENT, "GetExtents", GLib.Variant("(u)", (SCREEN,)))
        except GLib.Error:
            x = y = width = height = 0  # the application itself has no place on the screen
        return {
            "app": app,
            "role": role,
            "name": name,
            "states": [word for bit, word in STATES.items() if bits >> bit & 1],
            "x": x,
            "y": y,
            "width": width,
            "height": height,
        }


def main():
    tree = Tree()
    for _ in sys.stdin:
        try:
            answer = tree.nodes()
        except GLib.Error as error:
            answer = {"error": error.message}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
