pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// The call. The agent is large; when a paper is in hand the card takes the large place and the agent stays
// visible, at least 30 % of the width. The buttons never move.
Item {
    id: root

    readonly property var facts: Kiosk.inCall
    readonly property var scan: root.facts.scan
    readonly property var paper: root.facts.print
    readonly property bool scanRunning: root.scan.present && root.scan.step !== "put_off" && root.scan.step !== "sent"
    readonly property bool printCard: root.paper.present && !root.scanRunning
    readonly property bool scanCard: !root.printCard && root.scan.present && root.scan.step !== "put_off"
    readonly property bool cardShown: root.scanCard || root.printCard
    readonly property bool putOff: root.scan.present && root.scan.step === "put_off"

    // One sentence where there is no room for two.
    readonly property bool bothPaused: root.facts.agentPicturePaused && root.facts.picturePaused && !selfView.roomy
    readonly property string soundOnly: root.bothPaused ? qsTr("La liaison est faible. Le son continue, les images reviennent dès que possible.") : qsTr("La liaison est faible. Le son continue, l'image revient dès que possible.")
    readonly property string notSent: qsTr("Le conseiller vous entend. Il ne vous voit pas pour le moment.")

    readonly property real edge: Theme.mm(6)
    readonly property real barHeight: Theme.mm(Theme.bar)
    readonly property real sideWidth: Theme.portrait ? root.width - 2 * root.edge : Theme.mm(150)
    readonly property real mainTop: Theme.portrait && root.cardShown ? root.edge + root.agentHeight + Theme.mm(4) : root.edge
    readonly property real agentHeight: Theme.mm(Theme.portrait ? 106 : 86)
    readonly property real infoHeight: Theme.mm(46)
    readonly property real bottomTop: root.height - root.barHeight

    Accessible.name: qsTr("En communication avec %1").arg(root.facts.partner.name)
    Accessible.role: Accessible.Pane

    Item {
        id: work

        enabled: !root.facts.confirmingHangUp
        anchors.fill: parent

        // The large place: the agent, or the paper.
        Item {
            id: main

            height: Theme.portrait ? sideInfo.y - Theme.mm(4) - y : root.bottomTop - y - (banner.visible ? banner.height + Theme.mm(4) : 0)
            width: Theme.portrait ? root.width - 2 * root.edge : root.width - root.sideWidth - 3 * root.edge
            x: root.edge
            y: root.mainTop
        }

        VideoPane {
            id: agent

            absence: root.facts.agentCameraOff ? qsTr("Le conseiller a coupé sa caméra. Vous pouvez continuer à parler.") : root.facts.agentPicturePaused ? root.soundOnly : qsTr("L'image du conseiller arrive.")
            absenceIcon: root.facts.agentPicturePaused ? "talk" : "person"
            absenceSize: root.cardShown && !Theme.portrait ? Theme.body : Theme.heading
            height: root.cardShown ? root.agentHeight : main.height - (Theme.portrait && banner.visible ? banner.height + Theme.mm(4) : 0)
            pictureShown: root.facts.agentPicture && !root.facts.agentCameraOff && !root.facts.agentPicturePaused
            place: "remote"
            width: root.cardShown ? root.sideWidth : main.width
            x: root.cardShown ? (Theme.portrait ? root.edge : root.width - root.edge - root.sideWidth) : main.x
            y: root.cardShown ? root.edge : main.y

            Notice {
                anchors.left: parent.left
                anchors.margins: Theme.mm(4)
                anchors.right: parent.right
                anchors.top: parent.top
                size: root.cardShown ? Theme.body : Theme.strong
                text: qsTr("L'image et le son sont coupés. Nous vous remettons en contact. Ne partez pas.")
                tone: "warning"
                visible: root.facts.quality === "lost"
            }

            Column {
                anchors.bottom: parent.bottom
                anchors.left: parent.left
                anchors.margins: Theme.mm(4)
                spacing: Theme.mm(2)
                width: Math.min(parent.width - Theme.mm(8), Theme.mm(142))

                Notice {
                    text: root.notSent
                    visible: root.facts.picturePaused && !selfView.roomy && !root.facts.agentPicturePaused
                    width: parent.width
                }

                Notice {
                    iconName: "microphone_off"
                    text: qsTr("Le conseiller a coupé son micro.")
                    visible: root.facts.agentMicrophoneOff && root.facts.quality !== "lost"
                    width: parent.width
                }
            }
        }

        // Who, how long, how well.
        Item {
            id: sideInfo

            height: root.infoHeight
            width: root.sideWidth
            x: Theme.portrait ? root.edge : root.width - root.edge - root.sideWidth
            y: Theme.portrait ? buttons.y - root.infoHeight - Theme.mm(4) : (root.cardShown ? root.edge + root.agentHeight + Theme.mm(3) : root.edge)

            Column {
                anchors.left: parent.left
                width: Theme.portrait ? parent.width - selfView.width - Theme.mm(4) : parent.width
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.mm(1)

                Label {
                    Accessible.role: Accessible.Heading
                    bold: true
                    elide: Text.ElideRight
                    maximumLineCount: 1
                    size: root.cardShown && !Theme.portrait ? Theme.body : Theme.heading
                    text: root.facts.agentName
                    visible: text !== ""
                    width: parent.width
                }

                Label {
                    color: Theme.quietInk
                    elide: Text.ElideRight
                    maximumLineCount: 1
                    size: root.cardShown && !Theme.portrait ? Theme.body : Theme.strong
                    text: root.facts.partner.name
                    width: parent.width
                }

                Row {
                    spacing: Theme.mm(4)

                    QualityMark {
                        anchors.verticalCenter: parent.verticalCenter
                        quality: root.facts.quality
                    }

                    Label {
                        bold: root.facts.quality !== "good"
                        text: Sentences.quality(root.facts.quality)
                    }

                    Label {
                        bold: true
                        text: Sentences.elapsed(root.facts.elapsedS)
                    }
                }
            }
        }

        VideoPane {
            id: selfView

            readonly property bool roomy: visible && !Theme.portrait
            readonly property real roomAbove: buttons.y - sideInfo.y - sideInfo.height - Theme.mm(7)

            absence: !root.facts.cameraOn ? qsTr("Votre caméra est coupée.") : root.facts.picturePaused && roomy ? root.notSent : qsTr("Votre image est cachée.")
            absenceIcon: !root.facts.cameraOn ? "camera_off" : "eye_off"
            absenceSize: Theme.body
            height: Theme.portrait ? root.infoHeight : Math.min(Theme.mm(78), roomAbove)
            mirrored: true
            pictureShown: root.facts.selfViewShown && root.facts.cameraOn
            place: "self"
            visible: Theme.portrait || !root.cardShown
            width: Theme.portrait ? height * 16 / 9 : root.sideWidth
            x: Theme.portrait ? root.width - root.edge - width : root.width - root.edge - root.sideWidth
            y: Theme.portrait ? sideInfo.y : sideInfo.y + sideInfo.height + Theme.mm(3)

            Notice {
                anchors.bottom: parent.bottom
                anchors.left: parent.left
                anchors.margins: Theme.mm(2)
                anchors.right: parent.right
                text: root.notSent
                visible: root.facts.picturePaused && selfView.roomy && selfView.pictureShown
            }
        }

        Grid {
            id: buttons

            readonly property real cellWidth: (root.sideWidth - (columns - 1) * columnSpacing) / columns
            readonly property real cellHeight: Theme.mm(26)

            columnSpacing: Theme.mm(3)
            columns: 2
            rowSpacing: Theme.mm(3)
            x: Theme.portrait ? root.edge : root.width - root.edge - root.sideWidth
            y: root.bottomTop - height

            BigButton {
                checked: !root.facts.microphoneOn
                height: buttons.cellHeight
                iconName: root.facts.microphoneOn ? "microphone" : "microphone_off"
                text: root.facts.microphoneOn ? qsTr("Couper mon micro") : qsTr("Rallumer mon micro")
                touchName: "toggle_microphone"
                width: buttons.cellWidth
            }

            BigButton {
                checked: !root.facts.cameraOn
                height: buttons.cellHeight
                iconName: root.facts.cameraOn ? "camera" : "camera_off"
                text: root.facts.cameraOn ? qsTr("Couper ma caméra") : qsTr("Rallumer ma caméra")
                touchName: "toggle_camera"
                width: buttons.cellWidth
            }

            BigButton {
                height: buttons.cellHeight
                iconName: "quieter"
                text: qsTr("Moins fort")
                touchName: "volume_down"
                width: buttons.cellWidth
            }

            BigButton {
                height: buttons.cellHeight
                iconName: "louder"
                text: qsTr("Plus fort")
                touchName: "volume_up"
                width: buttons.cellWidth
            }

            BigButton {
                checked: !root.facts.selfViewShown
                height: buttons.cellHeight
                iconName: root.facts.selfViewShown ? "eye_off" : "eye"
                text: root.facts.selfViewShown ? qsTr("Cacher mon image") : qsTr("Montrer mon image")
                touchName: "toggle_self_view"
                width: buttons.cellWidth
            }

            VolumeMark {
                height: buttons.cellHeight
                volume: root.facts.volume
                width: buttons.cellWidth
            }
        }

        // A paper put off: a reminder below the agent's picture.
        Rectangle {
            id: banner

            border.color: Theme.ink
            border.width: Theme.mm(0.9)
            color: Theme.warning
            height: Theme.mm(30)
            radius: Theme.mm(4)
            visible: root.putOff && !root.cardShown
            width: main.width
            x: main.x
            y: Theme.portrait ? sideInfo.y - height - Theme.mm(4) : root.bottomTop - height

            IconLine {
                anchors.left: parent.left
                anchors.leftMargin: Theme.mm(5)
                anchors.right: resume.left
                anchors.rightMargin: Theme.mm(5)
                anchors.verticalCenter: parent.verticalCenter
                bold: true
                iconColor: Theme.ink
                iconName: "paper"
                text: qsTr("Le conseiller attend : %1").arg(root.scan.title)
            }

            BigButton {
                id: resume

                anchors.right: parent.right
                anchors.rightMargin: Theme.mm(4)
                anchors.verticalCenter: parent.verticalCenter
                iconName: "scanner"
                text: qsTr("Donner ce papier")
                touchName: "scan_resume"
            }
        }

        Loader {
            active: root.scanCard
            height: main.height
            width: main.width
            x: main.x
            y: main.y

            sourceComponent: ScanCard {
                facts: root.scan
            }
        }

        Loader {
            active: root.printCard
            height: main.height
            width: main.width
            x: main.x
            y: main.y

            sourceComponent: PrintCard {
                facts: root.paper
            }
        }

        BigButton {
            anchors.verticalCenter: erase.verticalCenter
            iconName: "hang_up"
            kind: "danger"
            text: qsTr("Terminer l'appel")
            textSize: Theme.strong
            touchName: "hang_up"
            width: Theme.mm(Theme.portrait ? 114 : 130)
            x: Theme.portrait ? root.edge : main.x + (main.width - width) / 2
        }

        BigButton {
            id: erase

            anchors.right: parent.right
            anchors.rightMargin: Theme.mm(Theme.margin)
            y: root.bottomTop + Math.round((root.barHeight - height) / 2)
            iconName: "erase"
            kind: "dangerOutline"
            text: qsTr("Effacer et quitter")
            touchName: "erase"
        }
    }

    Loader {
        active: root.facts.confirmingHangUp
        anchors.fill: parent

        sourceComponent: Dialog {
            iconName: "hang_up"
            title: qsTr("Terminer l'appel ?")

            BigButton {
                anchors.horizontalCenter: parent?.horizontalCenter
                iconName: "talk"
                kind: "primary"
                text: qsTr("Non, continuer à parler")
                touchName: "keep_talking"
                width: parent?.width ?? 0
            }

            BigButton {
                anchors.horizontalCenter: parent?.horizontalCenter
                iconName: "hang_up"
                kind: "danger"
                text: qsTr("Oui, terminer l'appel")
                textSize: Theme.strong
                touchName: "confirm_hang_up"
                width: parent?.width ?? 0
            }
        }
    }
}
