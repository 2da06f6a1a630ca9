pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// No call now: why, and what can be done instead.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.refused

    notice: Sentences.calledNotice(Kiosk.called)
    title: root.facts.partner.name

    CentralMessage {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -(choices.height + Theme.mm(6)) / 2
        iconName: Sentences.refusedIcon(root.facts.reason)
        iconSize: Theme.portrait ? 54 : 38
        sentences: [Sentences.refusedCause(root.facts.reason, root.facts.wait), Sentences.refusedAdvice(root.facts.reason, root.facts.opens)].filter(sentence => sentence !== "")
        title: Sentences.refusedTitle(root.facts.reason)
        width: parent.width
    }

    Grid {
        id: choices

        readonly property real cellWidth: Theme.mm(Theme.portrait ? 200 : 150)

        anchors.bottom: parent.bottom
        anchors.horizontalCenter: parent.horizontalCenter
        columnSpacing: Theme.mm(Theme.wideGap)
        columns: Theme.portrait ? 1 : 2
        rowSpacing: Theme.mm(Theme.wideGap)

        BigButton {
            height: Theme.mm(29)
            iconName: "again"
            text: root.facts.reason === "gone" ? qsTr("Appeler ce service") : qsTr("Essayer encore")
            textSize: Theme.strong
            touchName: "try_again"
            visible: root.facts.canTryAgain
            width: choices.cellWidth
        }

        BigButton {
            height: Theme.mm(29)
            iconName: "people"
            kind: "primary"
            text: qsTr("Choisir un autre service")
            touchName: "choose_other"
            visible: root.facts.reason !== "kiosk_disabled"
            width: choices.cellWidth
        }
    }
}
