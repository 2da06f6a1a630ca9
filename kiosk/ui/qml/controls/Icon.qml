pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import ".."

// One of our drawings. Never alone: a text stands beside it.
Item {
    id: root

    property string name: ""
    property real size: 10
    property color color: Theme.ink
    property real thickness: 2

    readonly property var drawing: IconPaths.drawings[root.name] ?? ({
            "stroke": "",
            "fill": ""
        })
    readonly property real unit: root.width / 24

    height: Theme.mm(root.size)
    width: Theme.mm(root.size)

    Accessible.ignored: true

    Shape {
        anchors.fill: parent
        preferredRendererType: Shape.CurveRenderer
        visible: root.name !== ""

        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            scale: Qt.size(root.unit, root.unit)
            strokeColor: root.drawing.stroke === "" ? "transparent" : root.color
            strokeWidth: root.thickness * root.unit

            PathSvg {
                path: root.drawing.stroke
            }
        }

        ShapePath {
            fillColor: root.drawing.fill === "" ? "transparent" : root.color
            scale: Qt.size(root.unit, root.unit)
            strokeColor: "transparent"

            PathSvg {
                path: root.drawing.fill
            }
        }
    }
}
