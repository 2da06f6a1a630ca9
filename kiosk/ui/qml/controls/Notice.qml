pragma ComponentBehavior: Bound
import QtQuick
import ".."

// One thing to know, with its shape. `tone` is info, good or warning.
Rectangle {
    id: root

    property string text: ""
    property string tone: "info"
    property string iconName: root.tone === "good" ? "check" : root.tone === "warning" ? "warning" : "info"
    property real size: Theme.body
    property bool bold: false
    readonly property color ink: root.tone === "good" ? Theme.success : root.tone === "warning" ? Theme.ink : Theme.action

    border.color: root.ink
    border.width: Theme.mm(root.tone === "warning" ? 0.9 : 0.5)
    color: root.tone === "good" ? Theme.successTint : root.tone === "warning" ? Theme.warning : Theme.actionTint
    implicitHeight: Math.max(icon.height, label.implicitHeight) + Theme.mm(6)
    radius: Theme.mm(3)

    Icon {
        id: icon

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        color: root.ink
        name: root.iconName
        size: 10
    }

    Label {
        id: label

        anchors.left: icon.right
        anchors.leftMargin: Theme.mm(4)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        bold: root.bold
        color: root.tone === "info" ? Theme.ink : root.ink
        size: root.size
        text: root.text
    }
}
