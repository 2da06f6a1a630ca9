pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// Between the touch and the face: what happens, how long, and the way out.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.calling
    readonly property var steps: ["placing", "queued", "ringing", "connecting"]
    readonly property int stepIndex: root.steps.indexOf(root.facts.step)

    readonly property bool waiting: root.facts.step === "queued"

    asking: root.facts.confirmingKeep
    title: root.facts.partner.name
    subtitle: root.facts.partner.fullName !== root.facts.partner.name ? root.facts.partner.fullName : ""

    Column {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -(choices.height + Theme.mm(5)) / 2
        spacing: Theme.mm(Theme.portrait ? 12 : root.facts.setback === "" ? 6 : 4)

        StepTrack {
            anchors.horizontalCenter: parent.horizontalCenter
            current: root.stepIndex
            width: Math.min(parent.width, Theme.mm(340))
        }

        Label {
            Accessible.role: Accessible.Heading
            bold: true
            color: Theme.action
            horizontalAlignment: Text.AlignHCenter
            size: root.facts.setback === "" ? Theme.hero : Theme.title
            text: root.facts.attempt > 1 && root.facts.step === "ringing" ? qsTr("Nous essayons un autre conseiller") : Sentences.callingTitle(root.facts.step)
            width: parent.width
        }

        Column {
            spacing: Theme.mm(2)
            width: parent.width

            Label {
                bold: true
                horizontalAlignment: Text.AlignHCenter
                size: Theme.title
                text: Sentences.position(root.facts.position)
                visible: root.waiting && text !== ""
                width: parent.width
            }

            Label {
                horizontalAlignment: Text.AlignHCenter
                size: Theme.heading
                text: Sentences.queueWait(root.facts.wait)
                visible: root.waiting
                width: parent.width
            }

            Label {
                color: Theme.quietInk
                horizontalAlignment: Text.AlignHCenter
                size: Theme.heading
                text: root.facts.mayKeepPlace ? qsTr("Vous pouvez attendre ici, ou garder votre place et revenir.") : Sentences.callingAdvice(root.facts.step)
                visible: !root.facts.linkLost && root.facts.setback === ""
                width: parent.width
            }
        }

        Notice {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "people"
            size: Theme.heading
            text: Sentences.setback(root.facts.setback, root.facts.partner.name)
            visible: root.facts.setback !== "" && !root.facts.linkLost
            width: Math.min(parent.width, Theme.mm(400))
        }

        Label {
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("Les papiers demandés avant sont annulés.")
            visible: root.facts.papersDropped
            width: parent.width
        }

        Notice {
            anchors.horizontalCenter: parent.horizontalCenter
            size: Theme.strong
            text: root.waiting ? qsTr("La liaison est coupée. La borne essaie de la rétablir. Votre place est gardée une minute et demie.") : qsTr("La liaison est coupée. La borne essaie de la rétablir. Ne partez pas.")
            tone: "warning"
            visible: root.facts.linkLost
            width: Math.min(parent.width, Theme.mm(330))
        }

        IconLine {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "clock"
            size: Theme.strong
            text: qsTr("Depuis %1").arg(Sentences.elapsed(root.facts.elapsedS))
            visible: !root.facts.linkLost && root.facts.setback === ""
            width: Theme.mm(70)
        }
    }

    Grid {
        id: choices

        anchors.bottom: parent.bottom
        anchors.horizontalCenter: parent.horizontalCenter
        columnSpacing: Theme.mm(Theme.wideGap)
        columns: Theme.portrait ? 1 : 2
        horizontalItemAlignment: Grid.AlignHCenter
        rowSpacing: Theme.mm(Theme.wideGap)

        BigButton {
            enabled: !root.facts.keeping
            height: cancel.height
            iconName: "ticket"
            text: root.facts.keeping ? qsTr("Un instant…") : qsTr("Garder ma place et revenir")
            textSize: Theme.strong
            touchName: "keep_place"
            visible: root.facts.mayKeepPlace
            width: Theme.mm(160)
        }

        BigButton {
            id: cancel

            iconName: "hang_up"
            kind: "danger"
            text: qsTr("Annuler l'appel")
            textSize: Theme.strong
            touchName: "hang_up"
            width: Theme.mm(110)
        }
    }

    question: Dialog {
        iconName: "ticket"
        title: qsTr("Garder votre place et revenir ?")

        Label {
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("La borne vous donne un numéro et sert d'autres personnes. Restez près d'ici : l'écran et un son vous appelleront.")
            width: parent?.width ?? 0
        }

        BigButton {
            iconName: "ticket"
            kind: "primary"
            text: qsTr("Oui, donnez-moi un numéro")
            touchName: "confirm_keep_place"
            width: parent?.width ?? 0
        }

        BigButton {
            iconName: "clock"
            text: qsTr("Non, j'attends ici")
            touchName: "wait_here"
            width: parent?.width ?? 0
        }
    }
}
