pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."

// A paper arrives: seen first, printed only after « Imprimer ».
WorkCard {
    id: root

    required property var facts

    readonly property string step: root.facts.step
    readonly property bool working: root.step === "receiving" || root.step === "checking" || root.step === "printing"
    readonly property bool over: root.step === "printed" || root.step === "refused" || root.step === "cancelled"

    iconName: "printer"
    sideButtons: root.step === "preview"
    title: {
        switch (root.step) {
        case "receiving":
        case "checking":
            return qsTr("Le conseiller vous envoie un papier");
        case "preview":
            return qsTr("Voulez-vous imprimer ce papier ?");
        case "printing":
            return qsTr("Impression en cours");
        case "problem":
            return qsTr("L'impression attend");
        case "printed":
            return qsTr("C'est imprimé");
        case "refused":
            return qsTr("Ce papier ne peut pas être imprimé");
        case "cancelled":
            return qsTr("L'impression est annulée");
        }
        return "";
    }

    // Arriving, being checked, being printed.
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(8)
        visible: root.working

        Label {
            Layout.fillWidth: true
            bold: true
            color: Theme.action
            elide: Text.ElideRight
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            size: Theme.title
            text: root.facts.title
        }

        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: root.step === "receiving" ? qsTr("Le papier arrive.") : root.step === "checking" ? qsTr("Nous préparons l'image du papier.") : qsTr("Page %1 sur %2").arg(Math.min(root.facts.page + 1, root.facts.pages)).arg(root.facts.pages)
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
            text: root.step === "printing" ? qsTr("Les feuilles sortent de l'imprimante.") : qsTr("Rien n'est encore imprimé.")
        }
    }

    // Preview, page by page.
    PagePicture {
        anchors.fill: parent
        source: root.facts.preview
        visible: root.step === "preview"
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
            text: Sentences.printerProblem(root.facts.problem)
            tone: "warning"
        }

        Label {
            Layout.fillWidth: true
            bold: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: qsTr("Votre document est gardé.")
        }

        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.strong
            text: qsTr("L'impression reprendra toute seule. L'appel continue.")
        }
    }

    // The end of it.
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(6)
        visible: root.over

        Icon {
            Layout.alignment: Qt.AlignHCenter
            color: root.step === "printed" ? Theme.success : Theme.action
            name: root.step === "printed" ? "check" : root.step === "refused" ? "warning" : "info"
            size: 30
            thickness: root.step === "printed" ? 3 : 2
        }

        Label {
            Layout.fillWidth: true
            bold: true
            horizontalAlignment: Text.AlignHCenter
            size: Theme.heading
            text: root.step === "printed" ? qsTr("Prenez vos papiers dans l'imprimante.") : root.step === "refused" ? qsTr("Le conseiller est prévenu. Il peut l'envoyer autrement.") : qsTr("Rien d'autre ne sortira de l'imprimante.")
        }
    }

    buttons: [
        Label {
            Layout.fillWidth: true
            bold: true
            color: Theme.action
            elide: Text.ElideRight
            maximumLineCount: 3
            size: Theme.heading
            text: root.facts.title
            visible: root.step === "preview"
        },
        Label {
            Layout.fillWidth: true
            size: Theme.strong
            text: root.facts.pages > 1 ? qsTr("Page %1 sur %2").arg(root.facts.page + 1).arg(root.facts.pages) : qsTr("1 page")
            visible: root.step === "preview"
        },
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.mm(Theme.gap)
            visible: root.step === "preview" && root.facts.pages > 1

            BigButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 10
                enabled: root.facts.page > 0
                iconName: "back"
                stacked: true
                text: qsTr("Page avant")
                touchArgument: String(root.facts.page - 1)
                touchName: "print_page"
            }

            BigButton {
                Layout.fillWidth: true
                Layout.preferredWidth: 10
                enabled: root.facts.page + 1 < root.facts.pages
                iconName: "next"
                stacked: true
                text: qsTr("Page suivante")
                touchArgument: String(root.facts.page + 1)
                touchName: "print_page"
            }
        },
        BigButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "printer"
            kind: "primary"
            text: qsTr("Imprimer")
            textSize: Theme.heading
            touchName: "print_accept"
            visible: root.step === "preview"
        },
        BigButton {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            iconName: "cross"
            text: qsTr("Ne pas imprimer")
            touchName: "print_decline"
            visible: root.step === "preview"
        },
        BigButton {
            Layout.columnSpan: 2
            Layout.fillWidth: true
            iconName: "cross"
            text: root.step === "printing" || root.step === "problem" ? qsTr("Annuler l'impression") : qsTr("Annuler")
            touchName: "print_cancel"
            visible: root.working || root.step === "problem"
        },
        BigButton {
            Layout.columnSpan: 2
            Layout.fillWidth: true
            iconName: "check"
            kind: "primary"
            text: qsTr("J'ai compris")
            touchName: "print_dismiss"
            visible: root.over
        }
    ]
}
