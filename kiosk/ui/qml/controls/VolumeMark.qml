pragma ComponentBehavior: Bound
import QtQuick
import ".."

// How loud the loudspeaker is: ten steps, in words and in height.
Item {
    id: root

    property int volume: 0

    Accessible.name: label.text
    Accessible.role: Accessible.StaticText

    Label {
        id: label

        Accessible.ignored: true
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.topMargin: Theme.mm(1.5)
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("Son : %1 sur 10").arg(root.volume)
    }

    Row {
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.mm(2)
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.mm(1.2)

        Repeater {
            model: 10

            Rectangle {
                id: step

                required property int index

                anchors.bottom: parent?.bottom
                border.color: Theme.action
                border.width: Theme.mm(0.5)
                color: step.index < root.volume ? Theme.action : Theme.card
                height: Theme.mm(3 + step.index * 0.9)
                width: Theme.mm(4.6)
            }
        }
    }
}
