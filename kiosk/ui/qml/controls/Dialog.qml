pragma ComponentBehavior: Bound
import QtQuick
import ".."

// One question over the screen; nothing behind it can be touched.
Item {
    id: root

    default property alias content: column.data
    property string title: ""
    property string iconName: ""

    Accessible.name: root.title
    Accessible.role: Accessible.Dialog

    Rectangle {
        anchors.fill: parent
        color: Theme.shade

        MouseArea {
            anchors.fill: parent
        }
    }

    Rectangle {
        anchors.centerIn: parent
        border.color: Theme.action
        border.width: Theme.mm(Theme.thickLine)
        color: Theme.card
        height: column.implicitHeight + Theme.mm(24)
        radius: Theme.mm(6)
        width: Math.min(root.width - Theme.mm(16), Theme.mm(300))

        Column {
            id: column

            anchors.left: parent.left
            anchors.margins: Theme.mm(12)
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.mm(8)

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                color: Theme.action
                name: root.iconName
                size: root.iconName === "" ? 0 : 22
                visible: root.iconName !== ""
            }

            Label {
                Accessible.role: Accessible.Heading
                bold: true
                horizontalAlignment: Text.AlignHCenter
                size: Theme.title
                text: root.title
                width: parent.width
            }
        }
    }
}
