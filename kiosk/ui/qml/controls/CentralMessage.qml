pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A screen that says one thing: drawing, title, sentences.
Column {
    id: root

    property string iconName: "info"
    property color iconColor: Theme.action
    property real iconSize: 54
    property string title: ""
    property var sentences: []

    spacing: Theme.mm(7)

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        border.color: root.iconColor
        border.width: Theme.mm(2)
        color: Theme.card
        height: Theme.mm(root.iconSize)
        radius: height / 2
        width: height

        Icon {
            anchors.centerIn: parent
            color: root.iconColor
            name: root.iconName
            size: root.iconSize * 0.6
        }
    }

    Label {
        Accessible.role: Accessible.Heading
        bold: true
        horizontalAlignment: Text.AlignHCenter
        size: Theme.hero
        text: root.title
        width: parent.width
    }

    Column {
        spacing: Theme.mm(3)
        width: parent.width

        Repeater {
            model: root.sentences.length

            Label {
                required property int index

                horizontalAlignment: Text.AlignHCenter
                size: Theme.heading
                text: root.sentences[index] ?? ""
                width: parent?.width ?? 0
            }
        }
    }
}
