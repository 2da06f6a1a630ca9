pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A partner to choose.
Touchable {
    id: root

    required property var tile
    property bool showTagline: true

    // Below this height, name and state would touch.
    readonly property bool low: root.height < Theme.mm(58)
    readonly property bool lively: root.tile.state === "free" || root.tile.state === "busy"

    text: root.tile.name
    touchArgument: root.tile.partnerId
    touchName: "choose_partner"

    Accessible.description: Sentences.tileState(root.tile)

    Rectangle {
        anchors.fill: parent
        anchors.margins: root.pressed ? Theme.mm(0.8) : 0
        border.color: root.lively ? Theme.action : Theme.softBorder
        border.width: Theme.mm(root.pressed ? 1.6 : 0.8)
        color: root.pressed ? Theme.actionTint : root.lively ? Theme.card : Theme.paper
        radius: Theme.mm(root.radius)
    }

    Label {
        id: name

        Accessible.ignored: true
        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(6)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(6)
        anchors.top: parent.top
        anchors.topMargin: Theme.mm(root.low ? 2.5 : 4)
        bold: true
        color: root.lively ? Theme.action : Theme.quietInk
        elide: Text.ElideRight
        fontSizeMode: Text.HorizontalFit
        maximumLineCount: 1
        minimumPixelSize: Theme.mm(Theme.strong)
        size: root.low ? Theme.heading : 14
        text: root.tile.name
        wrapMode: Text.NoWrap
    }

    Label {
        anchors.bottom: chip.top
        anchors.bottomMargin: Theme.mm(1)
        anchors.left: name.left
        anchors.right: name.right
        anchors.top: name.bottom
        color: Theme.quietInk
        elide: Text.ElideRight
        maximumLineCount: 3
        size: root.height < Theme.mm(82) ? Theme.body : Theme.strong
        text: root.tile.tagline !== "" ? root.tile.tagline : root.tile.fullName
        visible: root.showTagline
    }

    StateChip {
        id: chip

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.mm(root.low ? 3 : 4)
        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(4)
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(4)
        tile: root.tile
    }
}
