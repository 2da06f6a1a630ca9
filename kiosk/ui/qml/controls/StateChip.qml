pragma ComponentBehavior: Bound
import QtQuick
import ".."

// The live state of a partner: shape, words and colour together.
Rectangle {
    id: root

    required property var tile
    property bool showWait: true

    readonly property string tileState: root.tile.state
    readonly property color ink: root.tileState === "free" ? Theme.success : root.tileState === "busy" ? Theme.ink : Theme.quietInk
    readonly property string wait: root.showWait && root.tileState === "busy" ? Sentences.wait(root.tile.wait) : ""

    border.color: root.ink
    border.width: Theme.mm(root.tileState === "free" ? 0.9 : 0.5)
    color: root.tileState === "free" ? Theme.successTint : root.tileState === "busy" ? Theme.warningTint : Theme.quietGround
    implicitHeight: words.implicitHeight + Theme.mm(6)
    radius: Theme.mm(3)

    Icon {
        id: icon

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(3)
        anchors.verticalCenter: parent.verticalCenter
        color: root.ink
        name: Sentences.tileIcon(root.tileState)
        size: 10.5
        thickness: root.tileState === "free" ? 3 : 2
    }

    Column {
        id: words

        anchors.left: icon.right
        anchors.leftMargin: Theme.mm(2.5)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(2.5)
        anchors.verticalCenter: parent.verticalCenter

        Label {
            bold: true
            color: root.ink
            size: Theme.strong
            text: Sentences.tileState(root.tile)
            width: parent.width
        }

        Label {
            color: root.ink
            size: Theme.strong
            text: root.wait
            visible: root.wait !== ""
            width: parent.width
        }
    }
}
