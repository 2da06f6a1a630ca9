pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."
import "../controls"

// After the call: what was sent and printed, what not to forget, what next.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.ended
    readonly property bool papers: root.facts.pagesSent > 0 || root.facts.pagesPrinted > 0 || root.facts.paperOnScanner

    notice: qsTr("Tout sera effacé dans %n seconde(s).", "", root.facts.eraseInS)
    subtitle: Sentences.endAdvice(root.facts.reason)
    title: Sentences.endTitle(root.facts.reason)

    GridLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.topMargin: Theme.mm(6)
        columnSpacing: Theme.mm(14)
        columns: Theme.portrait || !root.papers ? 1 : 2
        rowSpacing: Theme.mm(12)

        ColumnLayout {
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(8)
            visible: root.papers

            IconLine {
                Layout.fillWidth: true
                iconName: "send"
                iconSize: 16
                size: Theme.heading + 1
                text: qsTr("%n page(s) envoyée(s) au conseiller", "", root.facts.pagesSent)
                visible: root.facts.pagesSent > 0
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "printer"
                iconSize: 16
                size: Theme.heading + 1
                text: qsTr("%n page(s) imprimée(s)", "", root.facts.pagesPrinted)
                visible: root.facts.pagesPrinted > 0
            }

            Notice {
                Layout.fillWidth: true
                bold: true
                iconName: "scanner"
                size: Theme.heading
                text: qsTr("Reprenez votre papier sur le scanner.")
                tone: "warning"
                visible: root.facts.paperOnScanner
            }

            Notice {
                Layout.fillWidth: true
                bold: true
                iconName: "printer"
                size: Theme.heading
                text: qsTr("Prenez vos papiers dans l'imprimante.")
                tone: "warning"
                visible: root.facts.pagesPrinted > 0
            }
        }

        ColumnLayout {
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(6)

            Notice {
                Layout.fillWidth: true
                bold: true
                iconName: "ticket"
                size: Theme.heading
                text: qsTr("Votre place est gardée une minute et demie.")
                tone: "good"
                visible: root.facts.placeKept
            }

            BigButton {
                Layout.fillWidth: true
                iconName: "phone"
                kind: root.facts.placeKept ? "primary" : "secondary"
                text: qsTr("Rappeler ce service")
                Layout.preferredHeight: Theme.mm(34)
                textSize: Theme.heading
                touchName: "call_again"
                // Nobody would answer; the reception knows the hours.
                visible: root.facts.reason !== "closed"
            }

            BigButton {
                Layout.fillWidth: true
                iconName: "people"
                text: qsTr("Appeler un autre service")
                Layout.preferredHeight: Theme.mm(34)
                textSize: Theme.heading
                touchName: "choose_other"
            }

            IconLine {
                Layout.fillWidth: true
                iconColor: Theme.success
                iconName: "lock"
                iconSize: 12
                size: Theme.heading
                text: qsTr("L'appel n'a pas été enregistré.")
            }
        }
    }
}
