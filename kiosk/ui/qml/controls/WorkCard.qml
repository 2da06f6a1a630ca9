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
    property bool sideButtons: false
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
        border.color: Theme.action
        border.width: root.border.width
        topLeftRadius: root.radius
        topRightRadius: root.radius

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

        height: (root.sideButtons ? root.height - Theme.mm(5) : footer.y - Theme.mm(4)) - y
        width: root.width - 2 * x - (root.sideButtons ? footer.width + Theme.mm(6) : 0)
        x: Theme.mm(6)
        y: head.height + Theme.mm(5)
    }

    // Below what is said, or beside a page that needs the whole height.
    GridLayout {
        id: footer

        columnSpacing: Theme.mm(Theme.gap)
        columns: root.sideButtons ? 1 : 2
        rowSpacing: Theme.mm(Theme.gap)
        width: root.sideButtons ? Theme.mm(Theme.portrait ? 116 : 134) : root.width - 2 * Theme.mm(6)
        x: root.width - width - Theme.mm(6)
        y: root.height - height - Theme.mm(6)
    }
}
