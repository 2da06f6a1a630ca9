pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A pictogram and its sentence on one line.
Item {
    id: root

    property string text: ""
    property string iconName: "check"
    property color iconColor: Theme.action
    property real iconSize: 9
    property real size: Theme.body
    property bool bold: false

    implicitHeight: Math.max(icon.height, label.implicitHeight)

    Icon {
        id: icon

        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        color: root.iconColor
        name: root.iconName
        size: root.iconSize
    }

    Label {
        id: label

        anchors.left: icon.right
        anchors.leftMargin: Theme.mm(4)
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        bold: root.bold
        size: root.size
        text: root.text
    }
}
