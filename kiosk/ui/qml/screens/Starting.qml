import QtQuick
import ".."
import "../controls"

// The first seconds.
ScreenFrame {
    id: root

    showErase: false

    Column {
        anchors.centerIn: parent
        spacing: Theme.mm(8)
        width: parent.width

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            color: Theme.action
            height: Theme.mm(46)
            radius: Theme.mm(10)
            width: height

            Icon {
                anchors.centerIn: parent
                color: Theme.white
                name: "talk"
                size: 32
            }
        }

        Label {
            Accessible.role: Accessible.Heading
            bold: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.hero
            text: qsTr("La borne démarre")
            width: parent.width
        }

        Label {
            color: Theme.quietInk
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("Un instant, s'il vous plaît.")
            width: parent.width
        }
    }
}
