pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A page as it is, on a sheet with an edge. Never cached: nothing of it stays once it is gone.
Item {
    id: root

    property string source: ""

    Accessible.name: qsTr("Image de la page")
    Accessible.role: Accessible.Graphic

    Rectangle {
        anchors.fill: parent
        color: Theme.quietGround
        radius: Theme.mm(2)
    }

    Image {
        id: picture

        anchors.fill: parent
        anchors.margins: Theme.mm(2)
        cache: false
        fillMode: Image.PreserveAspectFit
        mipmap: true
        smooth: true
        source: root.source
    }

    Rectangle {
        anchors.centerIn: picture
        border.color: Theme.border
        border.width: Theme.mm(0.5)
        color: "transparent"
        height: picture.paintedHeight
        visible: root.source !== ""
        width: picture.paintedWidth
    }
}
