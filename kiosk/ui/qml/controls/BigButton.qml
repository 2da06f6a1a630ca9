pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A button: icon and words. `kind` is primary, secondary, danger, dangerOutline or quiet.
Touchable {
    id: root

    property string kind: "secondary"
    property string iconName: ""
    property bool checked: false
    property bool stacked: false
    property real textSize: root.kind === "primary" ? Theme.strong : Theme.body

    readonly property bool solid: root.kind === "primary" || root.kind === "danger"
    readonly property color ground: {
        switch (root.kind) {
        case "primary":
            return root.pressed ? Theme.actionPressed : Theme.action;
        case "danger":
            return root.pressed ? Theme.dangerPressed : Theme.danger;
        case "dangerOutline":
            return root.pressed ? Theme.dangerTint : Theme.card;
        }
        return root.pressed || root.checked ? Theme.actionTint : Theme.card;
    }
    readonly property color ink: {
        if (root.solid)
            return Theme.white;
        return root.kind === "dangerOutline" ? Theme.danger : Theme.action;
    }
    readonly property real sidePadding: Theme.mm(root.stacked ? 3 : 5)
    readonly property real iconRoom: root.iconName === "" || root.stacked ? 0 : icon.width + Theme.mm(4)

    implicitHeight: Math.max(Theme.mm(root.kind === "primary" || root.kind === "danger" ? Theme.primaryTarget : Theme.target), (root.stacked ? Theme.mm(12) : 0) + label.implicitHeight + Theme.mm(6))
    implicitWidth: Math.max(Theme.mm(root.kind === "primary" ? 64 : 40), root.iconRoom + measure.advanceWidth + 2 * root.sidePadding + Theme.mm(2))
    opacity: root.enabled ? 1 : 0.55

    TextMetrics {
        id: measure

        font: label.font
        text: root.text
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: root.pressed ? Theme.mm(0.8) : 0
        border.color: root.solid ? root.ground : root.ink
        border.width: Theme.mm(root.pressed || root.checked ? 1.4 : 0.7)
        color: root.ground
        radius: Theme.mm(root.radius)
    }

    Icon {
        id: icon

        color: root.ink
        name: root.iconName
        size: root.iconName === "" ? 0 : (root.kind === "primary" ? 12 : 10)
        x: Math.round(root.stacked ? (root.width - width) / 2 : (root.width - root.iconRoom - label.contentWidth) / 2)
        y: Math.round(root.stacked ? Theme.mm(3.5) : (root.height - height) / 2)
    }

    Label {
        id: label

        Accessible.ignored: true
        bold: true
        color: root.ink
        horizontalAlignment: root.stacked || root.iconName === "" ? Text.AlignHCenter : Text.AlignLeft
        lineHeight: 0.9
        size: root.textSize
        text: root.text
        width: Math.min(Math.ceil(measure.advanceWidth) + 2, root.width - root.iconRoom - 2 * root.sidePadding)
        x: Math.round(root.stacked ? (root.width - width) / 2 : (root.width - root.iconRoom - contentWidth) / 2 + root.iconRoom - (root.iconName === "" ? (width - contentWidth) / 2 : 0))
        y: Math.round(root.stacked ? root.height - height - Theme.mm(2.5) : (root.height - height) / 2)
    }
}
