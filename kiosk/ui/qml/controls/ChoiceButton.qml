import QtQuick

// One of several answers: the chosen one has a tick, a thick edge and a tint.
BigButton {
    id: root

    property string choiceIcon: ""

    iconName: root.checked ? "check" : root.choiceIcon
    kind: "secondary"

    Accessible.checkable: true
    Accessible.checked: root.checked
    Accessible.role: Accessible.RadioButton
}
