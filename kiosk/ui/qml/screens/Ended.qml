pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."
import "../controls"

// After the call: what was sent and printed, what not to forget, what next.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.ended

    notice: qsTr("Tout sera effacé dans %n seconde(s).", "", root.facts.eraseInS)
    subtitle: Sentences.endAdvice(root.facts.reason)
    title: Sentences.endTitle(root.facts.reason)

    GridLayout {
        anchors.fill: parent
        columnSpacing: Theme.mm(14)
        columns: Theme.portrait ? 1 : 2
        rowSpacing: Theme.mm(12)

        ColumnLayout {
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(6)

            IconLine {
                Layout.fillWidth: true
                iconName: root.facts.pagesSent > 0 ? "send" : "paper"
                iconSize: 13
                size: Theme.heading
                text: root.facts.pagesSent > 0 ? qsTr("%n page(s) envoyée(s) au conseiller", "", root.facts.pagesSent) : qsTr("Aucune page envoyée")
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "printer"
                iconSize: 13
                size: Theme.heading
                text: root.facts.pagesPrinted > 0 ? qsTr("%n page(s) imprimée(s)", "", root.facts.pagesPrinted) : qsTr("Aucune page imprimée")
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

            BigButton {
                Layout.fillWidth: true
                iconName: "phone"
                text: qsTr("Rappeler ce service")
                textSize: Theme.strong
                touchName: "call_again"
            }

            BigButton {
                Layout.fillWidth: true
                iconName: "people"
                text: qsTr("Appeler un autre service")
                textSize: Theme.strong
                touchName: "choose_other"
            }

            IconLine {
                Layout.fillWidth: true
                iconColor: Theme.success
                iconName: "lock"
                text: qsTr("L'appel n'a pas été enregistré.")
            }
        }
    }
}
