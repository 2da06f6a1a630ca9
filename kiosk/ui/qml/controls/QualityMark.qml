pragma ComponentBehavior: Bound
import QtQuick
import ".."

// Three bars, one bar, or a cross: the quality by its shape.
Item {
    id: root

    property string quality: "good"

    height: Theme.mm(9)
    width: Theme.mm(11)

    Row {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        spacing: Theme.mm(1)
        visible: root.quality !== "lost"

        Repeater {
            model: 3

            Rectangle {
                id: bar

                required property int index
                readonly property bool on: root.quality === "good" || bar.index === 0

                anchors.bottom: parent?.bottom
                border.color: Theme.ink
                border.width: Theme.mm(0.5)
                color: bar.on ? (root.quality === "good" ? Theme.success : Theme.ink) : Theme.card
                height: Theme.mm(3 + bar.index * 3)
                width: Theme.mm(3)
            }
        }
    }

    Icon {
        anchors.centerIn: parent
        color: Theme.danger
        name: "cross"
        size: 9
        thickness: 3
        visible: root.quality === "lost"
    }
}
