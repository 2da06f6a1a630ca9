pragma ComponentBehavior: Bound
import QtMultimedia
import QtQuick
import ".."

// A moving picture, or the sentence that says why there is none. `place` is remote or self.
Rectangle {
    id: root

    required property string place
    property bool mirrored: false
    property bool pictureShown: true
    property string absence: ""
    // Said until the first picture is there; empty: nothing is.
    property string arriving: ""
    property string absenceIcon: "person"
    property real absenceSize: Theme.strong

    readonly property bool waiting: root.pictureShown && root.arriving !== "" && output.sourceRect.width <= 0

    border.color: Theme.border
    border.width: Theme.mm(Theme.line)
    clip: true
    color: Theme.night
    radius: Theme.mm(2)

    VideoOutput {
        id: output

        anchors.fill: parent
        anchors.margins: Theme.mm(Theme.line)
        fillMode: VideoOutput.PreserveAspectCrop
        visible: root.pictureShown

        transform: Scale {
            origin.x: output.width / 2
            xScale: root.mirrored ? -1 : 1
        }

        Component.onCompleted: Kiosk.attachVideo(root.place, output.videoSink)
        Component.onDestruction: Kiosk.detachVideo(root.place, output.videoSink)
    }

    Column {
        anchors.centerIn: parent
        spacing: Theme.mm(3)
        visible: !root.pictureShown || root.waiting
        width: parent.width - Theme.mm(10)

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            color: Theme.white
            name: root.waiting ? "camera" : root.absenceIcon
            size: Math.min(30, root.height / Theme.pxPerMm * 0.3)
        }

        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            color: Theme.white
            horizontalAlignment: Text.AlignHCenter
            size: root.absenceSize
            text: root.waiting ? root.arriving : root.absence
            width: Math.min(parent.width, Theme.mm(190))
        }
    }
}
