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

    title: root.facts.partner.name
    subtitle: root.facts.partner.fullName !== root.facts.partner.name ? root.facts.partner.fullName : ""

    Column {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -(cancel.height + Theme.mm(5)) / 2
        spacing: Theme.mm(Theme.portrait ? 12 : 6)

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
            size: Theme.hero
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
                visible: root.facts.step === "queued" && text !== ""
                width: parent.width
            }

            Label {
                horizontalAlignment: Text.AlignHCenter
                size: Theme.heading
                text: Sentences.queueWait(root.facts.wait)
                visible: root.facts.step === "queued"
                width: parent.width
            }

            Label {
                color: Theme.quietInk
                horizontalAlignment: Text.AlignHCenter
                size: Theme.heading
                text: Sentences.callingAdvice(root.facts.step)
                visible: !root.facts.linkLost
                width: parent.width
            }
        }

        Notice {
            anchors.horizontalCenter: parent.horizontalCenter
            size: Theme.strong
            text: qsTr("La liaison est coupée. Votre place est gardée. Ne partez pas.")
            tone: "warning"
            visible: root.facts.linkLost
            width: Math.min(parent.width, Theme.mm(330))
        }

        IconLine {
            anchors.horizontalCenter: parent.horizontalCenter
            iconName: "clock"
            size: Theme.strong
            text: qsTr("Depuis %1").arg(Sentences.elapsed(root.facts.elapsedS))
            visible: !root.facts.linkLost
            width: Theme.mm(70)
        }
    }

    BigButton {
        id: cancel

        anchors.bottom: parent.bottom
        anchors.horizontalCenter: parent.horizontalCenter
        iconName: "hang_up"
        kind: "danger"
        text: qsTr("Annuler l'appel")
        textSize: Theme.strong
        touchName: "hang_up"
        width: Theme.mm(110)
    }
}
