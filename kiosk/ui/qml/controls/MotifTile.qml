pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A subject to choose, and the papers it needs.
Touchable {
    id: root

    required property var motif

    text: root.motif.label
    touchArgument: root.motif.motifId
    touchName: "choose_motif"

    Accessible.description: papers.text

    Rectangle {
        anchors.fill: parent
        anchors.margins: root.pressed ? Theme.mm(0.8) : 0
        border.color: Theme.action
        border.width: Theme.mm(root.pressed ? 1.6 : 0.8)
        color: root.pressed ? Theme.actionTint : Theme.card
        radius: Theme.mm(root.radius)
    }

    Column {
        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(6)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(6)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(1)

        Label {
            id: title

            Accessible.ignored: true
            bold: true
            color: Theme.action
            elide: Text.ElideRight
            maximumLineCount: 2
            size: Theme.strong + 1
            text: root.motif.label
            width: parent.width
        }

        Label {
            id: papers

            Accessible.ignored: true
            color: Theme.quietInk
            elide: Text.ElideRight
            maximumLineCount: Math.max(1, Math.floor((root.height - title.height - Theme.mm(6)) / Theme.mm(Theme.body * 1.26)))
            text: qsTr("À avoir : %1").arg(root.motif.papers.join(" · "))
            visible: root.motif.papers.length > 0
            width: parent.width
        }
    }
}
