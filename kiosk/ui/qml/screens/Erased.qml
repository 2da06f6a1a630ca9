import QtQuick
import ".."
import "../controls"

// Nothing is left.
ScreenFrame {
    id: root

    showErase: false

    CentralMessage {
        anchors.centerIn: parent
        iconColor: Theme.success
        iconName: "check"
        sentences: [qsTr("Il ne reste rien de votre visite sur cette borne."), Kiosk.numbersKept.length > 0 ? qsTr("Les numéros donnés restent gardés.") : qsTr("Merci et à bientôt.")]
        title: qsTr("Tout est effacé")
        width: parent.width
    }
}
