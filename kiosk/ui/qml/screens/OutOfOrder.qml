import QtQuick
import ".."
import "../controls"

// A call is impossible: say so, and who can help.
ScreenFrame {
    id: root

    showErase: false

    CentralMessage {
        anchors.centerIn: parent
        iconColor: Theme.danger
        iconName: "warning"
        sentences: [qsTr("Demandez à l'accueil : une personne va vous aider.")].concat(Kiosk.outOfOrder.length > 0 ? [qsTr("À vérifier : %1.").arg(Kiosk.outOfOrder.map(name => Sentences.device(name)).join(", "))] : [])
        title: qsTr("Cette borne ne marche pas")
        width: parent.width
    }
}
