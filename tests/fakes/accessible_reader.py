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
QUESTIONS = (
    ("name", "org.freedesktop.DBus.Properties", "Get", ("(ss)", (ACCESSIBLE, "Name"))),
    ("role", ACCESSIBLE, "GetRoleName", None),
    ("state", ACCESSIBLE, "GetState", None),
    ("extents", COMPONENT, "GetExtents", ("(u)", (SCREEN,))),
    ("children", ACCESSIBLE, "GetChildren", None),
)


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
        for root in apps:
            found += self._program(root)
        return found

    def _program(self, root):
        """Nodes of one program, parents before children."""
        # Level by level, all questions of a level at once: a program whose main thread is busy answers few
        # questions a second when they are put one after the other.
        nodes, children, level = {}, {}, [root]
        while level and len(nodes) < MOST_NODES:
            asked = self._ask_all(level)
            level = []
            for place, (node, below) in asked.items():
                if node is not None and place not in nodes:
                    nodes[place], children[place] = node, below
                    level += [each for each in below if each not in nodes]
        ordered, seen, waiting = [], set(), [root]
        while waiting:
            place = waiting.pop()
            if place in nodes and place not in seen:
                seen.add(place)
                ordered.append(nodes[place])
                waiting += reversed(children[place])
        return ordered

    def _ask_all(self, places):
        """(app, path) -> (node or None when it is gone, its children) for each place."""
        answers = {place: {} for place in places}
        pending = 0

        def on_answer(bus, result, key):
            nonlocal pending
            pending -= 1
            place, word = key
            try:
                answers[place][word] = bus.call_finish(result).unpack()
            except GLib.Error:
                answers[place][word] = None

        for app, path in places:
            for word, interface, method, arguments in QUESTIONS:
                pending += 1
                variant = None if arguments is None else GLib.Variant(*arguments)
                flags = Gio.DBusCallFlags.NONE
                self._bus.call(
                    app, path, interface, method, variant, None, flags, CALL_TIMEOUT_MS, None, on_answer,
                    ((app, path), word),
                )  # fmt: skip
        context = GLib.MainContext.default()
        while pending:
            context.iteration(True)
        return {place: _node(place[0], answer) for place, answer in answers.items()}


def _node(app, answer):
    if answer["name"] is None or answer["role"] is None or answer["state"] is None:
        return None, []
    words = answer["state"][0]
    bits = words[0] | (words[1] << 32 if len(words) > 1 else 0)
    # The application itself has no place on the screen.
    x, y, width, height = answer["extents"][0] if answer["extents"] else (0, 0, 0, 0)
    below = answer["children"][0] if answer["children"] else []
    return {
        "app": app,
        "role": answer["role"][0],
        "name": answer["name"][0],
        "states": [word for bit, word in STATES.items() if bits >> bit & 1],
        "x": x,
        "y": y,
        "width": width,
        "height": height,
    }, [child for child in below if not child[1].endswith("/null")]


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
