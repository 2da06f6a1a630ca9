import QtQuick
import ".."
import "../controls"

// The link is down and nobody is in a call.
ScreenFrame {
    id: root

    showErase: false

    CentralMessage {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -again.height / 2
        iconName: "plug"
        sentences: [qsTr("La liaison avec les services est coupée."), qsTr("La borne essaie toute seule de la rétablir."), qsTr("Vous pouvez aussi demander à l'accueil.")].concat(Kiosk.numbersKept.length + Kiosk.called.length > 0 ? [qsTr("Les numéros donnés restent gardés.")] : [])
        title: qsTr("Les appels sont arrêtés un moment")
        width: parent.width
    }

    BigButton {
        id: again

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.mm(8)
        anchors.horizontalCenter: parent.horizontalCenter
        iconName: "again"
        kind: "primary"
        text: qsTr("Réessayer maintenant")
        touchName: "retry_hub"
    }
}
