pragma ComponentBehavior: Bound
import QtQuick
import ".."

// What most screens share: the bar on top, one title, the body, the bar at the bottom.
Item {
    id: root

    default property alias content: body.data
    property string title: ""
    property string subtitle: ""
    property bool showBack: false
    property bool showErase: true
    property bool showBottom: root.showBack || root.showErase
    property string notice: ""
    // A question over the whole screen, while `asking`; nothing behind it can be touched.
    property Component question: null
    property bool asking: false
    readonly property alias bodyWidth: body.width
    readonly property alias bodyHeight: body.height

    Accessible.name: root.title
    Accessible.role: Accessible.Pane

    TopBar {
        id: top

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
    }

    Column {
        id: head

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(Theme.margin)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(Theme.margin)
        anchors.top: top.bottom
        anchors.topMargin: Theme.mm(3)
        spacing: Theme.mm(1)

        Label {
            Accessible.role: Accessible.Heading
            bold: true
            size: Theme.title
            text: root.title
            visible: root.title !== ""
            width: parent.width
        }

        Label {
            color: Theme.quietInk
            size: Theme.strong
            text: root.subtitle
            visible: root.subtitle !== ""
            width: parent.width
        }
    }

    Item {
        id: body

        enabled: !root.asking
        anchors.bottom: bottom.visible ? bottom.top : parent.bottom
        anchors.bottomMargin: Theme.mm(4)
        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(Theme.margin)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(Theme.margin)
        anchors.top: root.title === "" ? top.bottom : head.bottom
        anchors.topMargin: Theme.mm(5)
    }

    BottomBar {
        id: bottom

        enabled: !root.asking
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        notice: root.notice
        showBack: root.showBack
        showErase: root.showErase
        visible: root.showBottom
    }

    Loader {
        active: root.asking
        anchors.fill: parent
        sourceComponent: root.question
    }
}
