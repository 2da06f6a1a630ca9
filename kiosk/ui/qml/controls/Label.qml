import QtQuick
import ".."

// Any sentence. Plain text always: titles and names come from other people's machines.
Text {
    id: root

    property real size: Theme.body
    property bool bold: false
    // For the geometry tests: Python cannot read the enumeration itself.
    readonly property int drawnAlignment: root.effectiveHorizontalAlignment

    color: Theme.ink
    font.family: Theme.fontFamily
    font.pixelSize: Theme.mm(root.size)
    font.weight: root.bold ? Font.Bold : Font.Normal
    lineHeight: 0.95
    textFormat: Text.PlainText
    wrapMode: Text.Wrap

    Accessible.ignored: root.text === ""
    Accessible.name: root.text
    Accessible.role: Accessible.StaticText
}
