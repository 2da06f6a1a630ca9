pragma ComponentBehavior: Bound
import QtQuick
import ".."

// Who speaks (the service and the place) and the hour.
Item {
    id: root

    implicitHeight: Theme.mm(20)

    Rectangle {
        id: mark

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(Theme.margin)
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.action
        height: Theme.mm(13)
        radius: Theme.mm(3)
        width: height

        Icon {
            anchors.centerIn: parent
            color: Theme.white
            name: "talk"
            size: 9.5
        }
    }

    Label {
        anchors.left: mark.right
        anchors.leftMargin: Theme.mm(4)
        anchors.right: clock.left
        anchors.rightMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        bold: true
        color: Theme.action
        elide: Text.ElideRight
        maximumLineCount: 1
        size: Theme.strong
        text: Kiosk.siteName === "" ? qsTr("Visio-relais") : qsTr("Visio-relais · %1").arg(Kiosk.siteName)
        wrapMode: Text.NoWrap
    }

    Label {
        id: clock

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(Theme.margin)
        anchors.verticalCenter: parent.verticalCenter
        bold: true
        size: Theme.strong
        text: Kiosk.clock
    }
}
