import QtQuick
import QtQuick.Shapes
import ".."

// The gesture: a sheet goes face down on the glass.
Item {
    id: root

    readonly property real unit: root.width / 74

    Accessible.ignored: true

    Shape {
        anchors.fill: parent
        preferredRendererType: Shape.CurveRenderer

        // The lid, open.
        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: Theme.quietGround
            joinStyle: ShapePath.RoundJoin
            scale: Qt.size(root.unit, root.unit)
            strokeColor: Theme.ink
            strokeWidth: 1.2 * root.unit

            PathSvg {
                path: "M8 33 L18 3 L66 3 L66 33 Z"
            }
        }

        // The body and the glass.
        ShapePath {
            fillColor: Theme.card
            joinStyle: ShapePath.RoundJoin
            scale: Qt.size(root.unit, root.unit)
            strokeColor: Theme.ink
            strokeWidth: 1.2 * root.unit

            PathSvg {
                path: "M3 33 L71 33 L71 51 L3 51 Z"
            }
        }

        ShapePath {
            fillColor: Theme.actionTint
            scale: Qt.size(root.unit, root.unit)
            strokeColor: Theme.ink
            strokeWidth: 0.8 * root.unit

            PathSvg {
                path: "M9 36.5 L65 36.5 L65 42 L9 42 Z"
            }
        }

        // The sheet, going down.
        ShapePath {
            fillColor: Theme.white
            joinStyle: ShapePath.RoundJoin
            scale: Qt.size(root.unit, root.unit)
            strokeColor: Theme.action
            strokeWidth: 1.2 * root.unit

            PathSvg {
                path: "M24 9 L52 9 L52 25 L24 25 Z M28 13.5 L48 13.5 M28 17 L48 17 M28 20.5 L41 20.5"
            }
        }

        ShapePath {
            capStyle: ShapePath.RoundCap
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            scale: Qt.size(root.unit, root.unit)
            strokeColor: Theme.action
            strokeWidth: 2 * root.unit

            PathSvg {
                path: "M38 26.5 L38 34 M34 30.5 L38 34.5 L42 30.5"
            }
        }
    }
}
