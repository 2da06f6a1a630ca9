pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."

// The card of a paper, beside the agent: a title, what to do, the buttons at the bottom.
Rectangle {
    id: root

    default property alias content: body.data
    property alias buttons: footer.data
    property string title: ""
    property string iconName: "paper"
    readonly property alias bodyWidth: body.width
    readonly property alias bodyHeight: body.height

    border.color: Theme.action
    border.width: Theme.mm(Theme.thickLine)
    color: Theme.card
    radius: Theme.mm(5)

    Accessible.name: root.title
    Accessible.role: Accessible.Grouping

    Rectangle {
        id: head

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        color: Theme.actionTint
        height: Math.max(Theme.mm(19), titleLabel.implicitHeight + Theme.mm(6))
        radius: root.radius
        border.color: Theme.action
        border.width: root.border.width

        Icon {
            id: icon

            anchors.left: parent.left
            anchors.leftMargin: Theme.mm(6)
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.action
            name: root.iconName
            size: 12
        }

        Label {
            id: titleLabel

            Accessible.role: Accessible.Heading
            anchors.left: icon.right
            anchors.leftMargin: Theme.mm(4)
            anchors.right: parent.right
            anchors.rightMargin: Theme.mm(5)
            anchors.verticalCenter: parent.verticalCenter
            bold: true
            elide: Text.ElideRight
            maximumLineCount: 2
            size: Theme.strong
            text: root.title
        }
    }

    Item {
        id: body

        anchors.bottom: footer.top
        anchors.left: parent.left
        anchors.margins: Theme.mm(6)
        anchors.right: parent.right
        anchors.top: head.bottom
        anchors.topMargin: Theme.mm(4)
    }

    GridLayout {
        id: footer

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: Theme.mm(6)
        anchors.right: parent.right
        columnSpacing: Theme.mm(Theme.gap)
        columns: 2
        rowSpacing: Theme.mm(Theme.gap)
    }
}
