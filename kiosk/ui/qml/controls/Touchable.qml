pragma ComponentBehavior: Bound
import QtQuick
import ".."

// Everything that can be touched: acts on release inside, shows the press at once, takes the keyboard.
// `touchName` is a word of kiosk.core.view.TouchName; empty for what only concerns the layout.
Item {
    id: root

    property string text: ""
    property string touchName: ""
    property string touchArgument: ""
    property real radius: Theme.radius

    readonly property bool interactive: true
    readonly property bool pressed: root.enabled && (area.pressed && area.containsMouse || root.keyHeld)
    property bool keyHeld: false

    signal activated

    function activate(): void {
        if (!root.enabled)
            return;
        root.activated();
        if (root.touchName !== "")
            Kiosk.touch(root.touchName, root.touchArgument);
    }

    activeFocusOnTab: true

    Accessible.focusable: true
    Accessible.name: root.text
    Accessible.onPressAction: root.activate()
    Accessible.role: Accessible.Button

    Keys.onPressed: event => {
        if (!event.isAutoRepeat && (event.key === Qt.Key_Return || event.key === Qt.Key_Enter || event.key === Qt.Key_Space)) {
            root.keyHeld = true;
            event.accepted = true;
        }
    }
    Keys.onReleased: event => {
        if (!event.isAutoRepeat && root.keyHeld) {
            root.keyHeld = false;
            event.accepted = true;
            root.activate();
        }
    }
    onActiveFocusChanged: root.keyHeld = false

    MouseArea {
        id: area

        anchors.fill: parent
        preventStealing: true

        onClicked: root.activate()
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: -Theme.mm(1.6)
        border.color: Theme.focus
        border.width: Theme.mm(1.4)
        color: "transparent"
        radius: Theme.mm(root.radius + 1.6)
        visible: root.activeFocus
        z: 10
    }
}
