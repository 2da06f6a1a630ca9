pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// Nobody touched the screen for a while.
Dialog {
    id: root

    iconName: "clock"
    title: qsTr("Êtes-vous encore là ?")

    Label {
        horizontalAlignment: Text.AlignHCenter
        size: Theme.heading
        text: qsTr("Sans réponse, tout sera effacé dans %n seconde(s).", "", Kiosk.stillThere.secondsLeft)
        width: parent?.width ?? 0
    }

    BigButton {
        height: Theme.mm(34)
        iconName: "hand"
        kind: "primary"
        text: qsTr("Je suis encore là")
        textSize: Theme.heading
        touchName: "still_here"
        width: parent?.width ?? 0
    }

    BigButton {
        iconName: "erase"
        kind: "dangerOutline"
        text: qsTr("Effacer et quitter")
        touchName: "erase"
        width: parent?.width ?? 0
    }
}
