pragma Singleton
import QtQuick

// Every size and colour of the screens. Sizes are millimetres on the glass, never pixels.
// A capital letter of this font is 0.668 of the size: `body` gives capitals of 4.9 mm, the smallest allowed.
QtObject {
    id: theme

    property real pxPerMm: 4
    property bool portrait: false

    readonly property string fontFamily: "Atkinson Hyperlegible Next"
    readonly property real capRatio: 0.668

    // Letters, in millimetres.
    readonly property real body: 7.3
    readonly property real strong: 8.4
    readonly property real heading: 10.5
    readonly property real title: 13.5
    readonly property real hero: 21
    readonly property real huge: 36

    // Targets and gaps, in millimetres.
    readonly property real target: 22
    readonly property real primaryTarget: 27
    readonly property real gap: 4
    readonly property real wideGap: 7
    readonly property real margin: 11
    readonly property real bar: 34
    readonly property real radius: 4
    readonly property real line: 0.6
    readonly property real thickLine: 1.2

    // Each letter colour is at least 7:1 on each ground that `grounds` lists with it (tests/qml).
    readonly property color paper: "#FAFAF7"
    readonly property color card: "#FFFFFF"
    readonly property color ink: "#1A1A1A"
    readonly property color quietInk: "#3D4448"
    readonly property color action: "#0B4A60"
    readonly property color actionPressed: "#062E3C"
    readonly property color actionTint: "#E3EEF2"
    readonly property color success: "#14532D"
    readonly property color successTint: "#E2F1E6"
    readonly property color danger: "#7F1D1D"
    readonly property color dangerPressed: "#521010"
    readonly property color dangerTint: "#F9E7E5"
    readonly property color warning: "#FFD166"
    readonly property color warningTint: "#FFF1CC"
    readonly property color border: "#4A4A4A"
    readonly property color softBorder: "#7A8488"
    readonly property color quietGround: "#EEEEE9"
    readonly property color night: "#10181C"
    readonly property color white: "#FFFFFF"
    readonly property color focus: "#B34700"
    readonly property color shade: "#CC10181C"

    function mm(millimetres: real): real {
        return Math.round(millimetres * theme.pxPerMm);
    }
}
