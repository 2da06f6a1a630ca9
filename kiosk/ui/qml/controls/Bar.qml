import QtQuick
import ".."

// How far a paper is. Unknown (below 0): the bar stays striped in the middle and the sentence says what happens.
Rectangle {
    id: root

    property real value: -1

    border.color: Theme.border
    border.width: Theme.mm(Theme.line)
    color: Theme.card
    implicitHeight: Theme.mm(9)
    radius: height / 2

    Accessible.name: root.value < 0 ? qsTr("En cours") : qsTr("%1 pour cent").arg(Math.round(root.value * 100))
    Accessible.role: Accessible.ProgressBar

    Rectangle {
        color: Theme.action
        height: parent.height - Theme.mm(3)
        radius: height / 2
        width: root.value < 0 ? (parent.width - Theme.mm(3)) / 3 : Math.max(height, (parent.width - Theme.mm(3)) * Math.min(1, root.value))
        x: root.value < 0 ? parent.width / 3 : Theme.mm(1.5)
        y: Theme.mm(1.5)
    }
}
