pragma ComponentBehavior: Bound
import QtQuick
import ".."

// The same place on every screen of a stay: back on the left, « Effacer et quitter » on the right.
Item {
    id: root

    property bool showBack: false
    property bool showErase: true
    property string notice: ""

    implicitHeight: Theme.mm(Theme.bar)

    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        color: Theme.border
        height: Theme.mm(Theme.line)
        opacity: 0.35
    }

    BigButton {
        id: back

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(Theme.margin)
        anchors.verticalCenter: parent.verticalCenter
        iconName: "back"
        text: qsTr("Retour")
        touchName: "back"
        visible: root.showBack
    }

    Row {
        anchors.left: back.visible ? back.right : parent.left
        anchors.leftMargin: Theme.mm(back.visible ? Theme.wideGap : Theme.margin)
        anchors.right: erase.left
        anchors.rightMargin: Theme.mm(Theme.wideGap)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(3)
        visible: root.notice !== ""

        Icon {
            id: noticeIcon

            anchors.verticalCenter: parent.verticalCenter
            name: "warning"
            size: 10
        }

        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: root.notice
            width: parent.width - noticeIcon.width - parent.spacing
        }
    }

    BigButton {
        id: erase

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(Theme.margin)
        anchors.verticalCenter: parent.verticalCenter
        iconName: "erase"
        kind: "dangerOutline"
        text: qsTr("Effacer et quitter")
        touchName: "erase"
        visible: root.showErase
    }
}
