pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// Nobody is there yet: what this is, that it is free, who answers now. A touch anywhere begins.
ScreenFrame {
    id: root

    readonly property int calledShown: Math.min(3, Kiosk.called.length)
    readonly property int tilesShown: Math.min(Theme.portrait && root.calledShown === 3 ? 4 : 6, Kiosk.tiles.length)

    showErase: false

    MouseArea {
        anchors.fill: parent
        anchors.margins: -Theme.mm(30)

        onClicked: Kiosk.touch("start", "")
    }

    Column {
        id: invitation

        anchors.left: parent.left
        anchors.top: parent.top
        anchors.topMargin: Theme.mm(Theme.portrait ? 8 : 4)
        spacing: Theme.mm(10)
        width: Theme.portrait || root.tilesShown === 0 ? parent.width : parent.width * 0.6

        // Whoever was promised to be called comes first.
        Column {
            spacing: Theme.mm(Theme.gap)
            visible: root.calledShown > 0
            width: parent.width

            Repeater {
                model: root.calledShown

                CalledBanner {
                    required property int index

                    facts: Kiosk.calledNumber(index)
                    width: parent?.width ?? 0
                }
            }
        }

        Label {
            Accessible.role: Accessible.Heading
            bold: true
            color: Theme.action
            size: root.calledShown > 0 ? Theme.title : Theme.hero + 1
            text: qsTr("Parlez à un conseiller, ici, en vidéo")
            width: parent.width
        }

        Column {
            spacing: Theme.mm(6)
            visible: root.calledShown === 0
            width: parent.width

            IconLine {
                iconName: "hand"
                iconSize: 18
                size: Theme.heading + 1
                text: qsTr("Vous choisissez un service.")
                width: parent.width
            }

            IconLine {
                iconName: "talk"
                iconSize: 18
                size: Theme.heading + 1
                text: qsTr("Vous parlez avec une personne.")
                width: parent.width
            }

            IconLine {
                iconName: "papers"
                iconSize: 18
                size: Theme.heading + 1
                text: qsTr("Vous donnez et recevez des papiers.")
                width: parent.width
            }
        }

        BigButton {
            height: Theme.mm(42)
            iconName: "hand"
            kind: "primary"
            text: qsTr("Toucher ici pour commencer")
            textSize: Theme.title
            touchName: "start"
            width: parent.width
        }

        IconLine {
            iconColor: Theme.success
            iconName: "check"
            iconSize: 12
            size: Theme.heading
            text: qsTr("C'est gratuit. Rien n'est enregistré.")
            visible: root.calledShown < 2
            width: parent.width
        }

        IconLine {
            iconName: "ticket"
            iconSize: 12
            size: Theme.strong
            text: qsTr("Numéros en attente : %1").arg(Sentences.numberList(Kiosk.numbersKept))
            visible: Kiosk.numbersKept.length > 0 && root.calledShown < 2
            width: parent.width
        }
    }

    Column {
        anchors.right: parent.right
        anchors.top: Theme.portrait ? invitation.bottom : parent.top
        anchors.topMargin: Theme.mm(Theme.portrait ? 12 : 0)
        spacing: Theme.mm(3.5)
        visible: root.tilesShown > 0
        width: Theme.portrait ? parent.width : parent.width * 0.36

        Label {
            bold: true
            size: Theme.strong
            text: qsTr("En ce moment")
            width: parent.width
        }

        Repeater {
            model: root.tilesShown

            Item {
                id: line

                required property int index
                readonly property var tile: Kiosk.tile(line.index)

                height: Theme.mm(Theme.portrait ? 28.5 : 31)
                width: parent?.width ?? 0

                Rectangle {
                    anchors.fill: parent
                    border.color: Theme.softBorder
                    border.width: Theme.mm(0.4)
                    color: Theme.card
                    radius: Theme.mm(3)
                }

                Label {
                    id: lineName

                    anchors.left: parent.left
                    anchors.leftMargin: Theme.mm(5)
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.mm(5)
                    anchors.top: parent.top
                    anchors.topMargin: Theme.mm(2.5)
                    bold: true
                    elide: Text.ElideRight
                    maximumLineCount: 1
                    size: Theme.heading
                    text: line.tile.name
                    wrapMode: Text.NoWrap
                }

                IconLine {
                    anchors.left: lineName.left
                    anchors.right: lineName.right
                    anchors.top: lineName.bottom
                    anchors.topMargin: Theme.mm(0.5)
                    iconColor: line.tile.state === "free" ? Theme.success : Theme.quietInk
                    iconName: Sentences.tileIcon(line.tile.state)
                    size: Theme.strong
                    text: Sentences.tileState(line.tile)
                }
            }
        }
    }
}
