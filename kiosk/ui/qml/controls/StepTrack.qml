pragma ComponentBehavior: Bound
import QtQuick
import ".."

// Four stages of a call in a row: done (tick), now (filled, bold), to come (empty).
Row {
    id: root

    property int current: 0
    readonly property var stages: [
        {
            "icon": "send",
            "text": qsTr("Demande")
        },
        {
            "icon": "people",
            "text": qsTr("File")
        },
        {
            "icon": "phone",
            "text": qsTr("Sonnerie")
        },
        {
            "icon": "talk",
            "text": qsTr("Conseiller")
        }
    ]

    Accessible.ignored: true

    Repeater {
        model: root.stages.length

        Item {
            id: stage

            required property int index
            readonly property bool done: stage.index < root.current
            readonly property bool now: stage.index === root.current

            height: disc.height + caption.implicitHeight + Theme.mm(2)
            width: root.width / root.stages.length

            Rectangle {
                anchors.verticalCenter: disc.verticalCenter
                color: stage.index <= root.current ? Theme.action : Theme.softBorder
                height: Theme.mm(stage.index <= root.current ? 1.4 : 0.7)
                visible: stage.index > 0
                width: parent.width - disc.width - Theme.mm(4)
                x: -width / 2
            }

            Rectangle {
                id: disc

                anchors.horizontalCenter: parent.horizontalCenter
                border.color: stage.done || stage.now ? Theme.action : Theme.softBorder
                border.width: Theme.mm(stage.now ? 1.4 : 0.8)
                color: stage.now ? Theme.action : stage.done ? Theme.actionTint : Theme.card
                height: Theme.mm(22)
                radius: height / 2
                width: height

                Icon {
                    anchors.centerIn: parent
                    color: stage.now ? Theme.white : stage.done ? Theme.action : Theme.quietInk
                    name: stage.done ? "check" : root.stages[stage.index].icon
                    size: 13
                }
            }

            Label {
                id: caption

                anchors.bottom: parent.bottom
                bold: stage.now
                color: stage.now ? Theme.ink : Theme.quietInk
                horizontalAlignment: Text.AlignHCenter
                text: root.stages[stage.index].text
                width: parent.width
            }
        }
    }
}
