pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."
import "../controls"

// The number to take away, very large, and what happens next.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.placeKept

    notice: qsTr("Cet écran se ferme dans %n seconde(s). Votre place reste gardée.", "", root.facts.closesInS)
    showBottom: true
    showErase: false
    title: qsTr("Votre place est gardée")

    GridLayout {
        anchors.fill: parent
        columnSpacing: Theme.mm(12)
        columns: Theme.portrait ? 1 : 2
        rowSpacing: Theme.mm(8)

        Rectangle {
            Layout.fillHeight: !Theme.portrait
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.mm(150)
            Layout.preferredWidth: 10
            border.color: Theme.action
            border.width: Theme.mm(1.6)
            color: Theme.card
            radius: Theme.mm(6)

            Column {
                anchors.centerIn: parent
                width: parent.width - Theme.mm(12)

                Label {
                    horizontalAlignment: Text.AlignHCenter
                    size: Theme.title
                    text: qsTr("Votre numéro")
                    width: parent.width
                }

                Label {
                    Accessible.name: qsTr("Votre numéro : %1").arg(root.facts.number)
                    Accessible.role: Accessible.Heading
                    bold: true
                    color: Theme.action
                    horizontalAlignment: Text.AlignHCenter
                    lineHeight: 0.85
                    size: 84
                    text: root.facts.number
                    width: parent.width
                }

                Label {
                    bold: true
                    horizontalAlignment: Text.AlignHCenter
                    size: Theme.title
                    text: root.facts.partner.name
                    width: parent.width
                }
            }
        }

        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(5)

            IconLine {
                Layout.fillWidth: true
                bold: true
                iconName: "camera"
                iconSize: 12
                size: Theme.heading
                text: qsTr("Notez-le ou prenez-le en photo.")
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "clock"
                iconSize: 12
                size: Theme.heading
                text: Sentences.queueWait(root.facts.wait)
                visible: !root.facts.called.present
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "person"
                iconSize: 12
                size: Theme.heading
                text: qsTr("Restez à moins de deux minutes d'ici.")
                visible: !root.facts.called.present
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "bell"
                iconSize: 12
                size: Theme.heading
                text: qsTr("Un son et l'écran vous appelleront.")
                visible: !root.facts.called.present
            }

            IconLine {
                Layout.fillWidth: true
                iconName: "hand"
                iconSize: 12
                size: Theme.heading
                text: qsTr("Touchez alors « C'est moi ».")
                visible: !root.facts.called.present
            }

            Item {
                Layout.fillHeight: true
                Layout.fillWidth: true
            }

            CalledBanner {
                Layout.fillWidth: true
                facts: root.facts.called
                visible: root.facts.called.present
            }

            BigButton {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.mm(29)
                iconName: "check"
                kind: root.facts.called.present ? "secondary" : "primary"
                text: qsTr("J'ai noté mon numéro")
                textSize: Theme.heading
                touchName: "number_noted"
            }
        }
    }
}
