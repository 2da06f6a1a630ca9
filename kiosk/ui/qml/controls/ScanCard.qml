pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."

// A paper is asked for: step by step, nothing leaves before « Envoyer ».
WorkCard {
    id: root

    required property var facts

    readonly property string step: root.facts.step
    readonly property bool reading: root.step === "scanning" || root.step === "sending"

    iconName: "scanner"
    sideButtons: root.step === "preview"
    title: {
        switch (root.step) {
        case "asked":
            return qsTr("Le conseiller vous demande un papier");
        case "scanning":
            return qsTr("Lecture de la page %1").arg(root.facts.pageNo);
        case "preview":
            return qsTr("Page %1 : on lit bien ?").arg(root.facts.pageNo);
        case "sending":
            return qsTr("Envoi de la page %1").arg(root.facts.pageNo);
        case "sent":
            return qsTr("C'est envoyé");
        case "problem":
            return qsTr("Le papier n'a pas pu être lu");
        }
        return "";
    }

    // Asked: the paper's name and the drawing of the gesture.
    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.mm(4)
        visible: root.step === "asked"

        Label {
            Layout.fillWidth: true
            bold: true
            color: Theme.action
            elide: Text.ElideRight
            maximumLineCount: 2
            size: Theme.title
            text: root.facts.title
        }

        Label {
            Layout.fillWidth: true
            size: Theme.strong
            text: qsTr("%n page(s) à donner", "", root.facts.pagesAsked)
            visible: root.facts.pagesAsked > 1
        }

        RowLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: Theme.mm(8)

            ScannerDrawing {
                Layout.preferredHeight: Theme.mm(54)
                Layout.preferredWidth: Theme.mm(74)
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(4)

                Label {
                    Layout.fillWidth: true
                    size: Theme.strong
                    text: qsTr("1. Posez le papier sur la vitre, texte vers le bas.")
                }

                Label {
                    Layout.fillWidth: true
                    size: Theme.strong
                    text: qsTr("2. Fermez le capot.")
                }

                Label {
                    Layout.fillWidth: true
                    size: Theme.strong
                    text: qsTr("3. Touchez « Scanner le papier ».")
                }
            }
        }

        IconLine {
            Layout.fillWidth: true
            iconColor: Theme.success
            iconName: "lock"
            text: qsTr("Vous verrez la page avant de l'envoyer.")
        }
    }

    // Reading or sending: one sentence and how far it is.
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(8)
        visible: root.reading

        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: root.step === "sending" ? qsTr("La page part chez le conseiller.") : qsTr("Ne touchez pas au papier.")
        }

        Bar {
            Layout.fillWidth: true
            value: root.facts.progress
        }

        Label {
            Layout.fillWidth: true
            color: Theme.quietInk
            horizontalAlignment: Text.AlignHCenter
            size: Theme.strong
            text: root.step === "sending" ? qsTr("Restez devant l'écran.") : qsTr("Rien n'est encore envoyé.")
        }
    }

    // Preview: the page itself.
    PagePicture {
        anchors.fill: parent
        source: root.facts.preview
        visible: root.step === "preview"
    }

    // Sent.
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(6)
        visible: root.step === "sent"

        Icon {
            Layout.alignment: Qt.AlignHCenter
            color: Theme.success
            name: "check"
            size: 30
            thickness: 3
        }

        Label {
            Layout.fillWidth: true
            bold: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("Le conseiller a reçu %n page(s).", "", root.facts.pagesSent)
        }

        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("Reprenez votre papier sur le scanner.")
        }
    }

    // A problem: what happened, what is kept, what to do.
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(6)
        visible: root.step === "problem"

        Notice {
            Layout.fillWidth: true
            size: Theme.heading
            text: Sentences.scannerProblem(root.facts.problem)
            tone: "warning"
        }

        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.strong
            text: root.facts.pagesSent > 0 ? qsTr("Les pages déjà envoyées sont gardées.") : qsTr("L'appel continue. Rien n'est perdu.")
        }
    }

    buttons: [
        IconLine {
            Layout.fillWidth: true
            iconColor: Theme.success
            iconName: "lock"
            size: Theme.strong
            text: qsTr("Rien n'est encore envoyé.")
            visible: root.step === "preview" && root.facts.pagesSent === 0
        },
        IconLine {
            Layout.fillWidth: true
            iconName: "check"
            size: Theme.strong
            text: qsTr("%n page(s) déjà envoyée(s)", "", root.facts.pagesSent)
            visible: root.step === "preview" && root.facts.pagesSent > 0
        },
        BigButton {
            Layout.columnSpan: 2
            Layout.fillWidth: true
            iconName: "scanner"
            kind: "primary"
            text: qsTr("Scanner le papier")
            textSize: Theme.heading
            touchName: "scan_start"
            visible: root.step === "asked"
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "send"
            kind: "primary"
            text: qsTr("Envoyer")
            textSize: Theme.heading
            touchName: "scan_send"
            visible: root.step === "preview"
        },
        BigButton {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "plus"
            text: qsTr("Envoyer et ajouter une page")
            touchName: "scan_add_page"
            visible: root.step === "preview" && root.facts.canAddPage
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "again"
            text: qsTr("Recommencer")
            touchName: "scan_redo"
            visible: root.step === "preview"
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "again"
            kind: "primary"
            text: qsTr("Réessayer")
            touchName: "scan_retry"
            visible: root.step === "problem"
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "cross"
            text: qsTr("Je n'ai pas ce papier")
            touchName: "scan_decline"
            visible: root.step === "asked"
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "clock"
            text: qsTr("Plus tard")
            touchName: "scan_later"
            visible: root.step === "asked"
        },
        BigButton {
            Layout.columnSpan: root.reading ? 2 : 1
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "cross"
            text: qsTr("Annuler")
            touchName: "scan_cancel"
            visible: root.reading || root.step === "preview" || root.step === "problem"
        }
    ]
}
