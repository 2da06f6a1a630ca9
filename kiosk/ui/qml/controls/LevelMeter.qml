pragma ComponentBehavior: Bound
import QtQuick
import ".."

// The voice moves ten blocks: height and number tell, not only colour.
Row {
    id: root

    readonly property int blocks: 12
    readonly property int lit: Math.round(Math.min(1, Kiosk.level) * root.blocks)

    spacing: Theme.mm(1.6)

    Accessible.name: qsTr("Niveau de votre voix")
    Accessible.role: Accessible.ProgressBar

    Repeater {
        model: root.blocks

        Rectangle {
            id: block

            required property int index
            readonly property bool on: block.index < root.lit

            border.color: Theme.border
            border.width: Theme.mm(0.5)
            color: block.on ? Theme.success : Theme.card
            height: root.height
            radius: Theme.mm(1)
            width: (root.width - (root.blocks - 1) * root.spacing) / root.blocks
        }
    }
}
