pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import ".."
import "../controls"

// The last moment before the call: how one looks and sounds, who is there, what will happen.
ScreenFrame {
    id: root

    readonly property var facts: Kiosk.beforeCall
    readonly property bool seen: root.facts.camera === "ready" || root.facts.camera === "busy"
    readonly property bool heard: root.facts.microphone === "ready" || root.facts.microphone === "busy"
    readonly property bool claiming: root.facts.claimed.present
    readonly property bool warned: root.claiming || root.facts.partner.state !== "free"
    // A service that does not answer now is not called: the place of the button leads to the others.
    readonly property bool callable: root.claiming || (root.facts.partner.state !== "closed" && root.facts.partner.state !== "appointment_only")

    notice: Sentences.deviceNotice(Kiosk.printer, Kiosk.scanner) || Sentences.calledNotice(Kiosk.called)
    showBack: true
    subtitle: root.claiming ? qsTr("Numéro %1").arg(root.facts.claimed.number) : root.facts.motif.present ? root.facts.motif.label : ""
    title: root.facts.partner.name === "" ? qsTr("Avant l'appel") : qsTr("%1 : avant l'appel").arg(root.facts.partner.name)

    GridLayout {
        anchors.fill: parent
        columnSpacing: Theme.mm(12)
        columns: Theme.portrait ? 1 : 2
        rowSpacing: Theme.mm(6)

        ColumnLayout {
            Layout.alignment: Qt.AlignTop
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(4)

            VideoPane {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.mm(Theme.portrait ? 118 : 112)
                absence: root.facts.selfViewShown || !root.seen ? Sentences.cameraNotice(root.facts.camera) : qsTr("Votre image est cachée. Le conseiller vous verra.")
                absenceIcon: root.facts.selfViewShown || !root.seen ? "camera_off" : "eye_off"
                arriving: Sentences.cameraNotice(root.facts.camera)
                mirrored: true
                pictureShown: root.facts.selfViewShown && root.seen
                place: "self"
            }

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(6)

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.mm(1.5)

                    IconLine {
                        Layout.fillWidth: true
                        iconName: root.heard ? "microphone" : "microphone_off"
                        text: Sentences.microphoneNotice(root.facts.microphone)
                    }

                    LevelMeter {
                        Layout.fillWidth: true
                        Layout.preferredHeight: Theme.mm(9)
                        visible: root.heard
                    }
                }

                BigButton {
                    Layout.preferredWidth: Theme.mm(72)
                    iconName: root.facts.selfViewShown ? "eye_off" : "eye"
                    text: root.facts.selfViewShown ? qsTr("Cacher mon image") : qsTr("Montrer mon image")
                    touchName: "toggle_self_view"
                }
            }
        }

        ColumnLayout {
            Layout.alignment: Qt.AlignTop
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 10
            spacing: Theme.mm(Theme.gap)

            Label {
                Layout.fillWidth: true
                bold: true
                size: Theme.heading
                text: qsTr("Qui est devant la borne ?")
            }

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(Theme.gap)

                ChoiceButton {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 10
                    checked: root.facts.accompanied === false
                    choiceIcon: "person"
                    text: qsTr("Je suis seul(e)")
                    touchName: "alone"
                }

                ChoiceButton {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 10
                    checked: root.facts.accompanied === true
                    choiceIcon: "people"
                    text: qsTr("Je suis accompagné(e)")
                    touchName: "accompanied"
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(2.5)

                IconLine {
                    Layout.fillWidth: true
                    iconName: "talk"
                    size: Theme.strong
                    text: root.seen && root.heard ? qsTr("Le conseiller vous verra et vous entendra.") : root.seen ? qsTr("Le conseiller vous verra.") : qsTr("Le conseiller vous entendra.")
                    visible: root.seen || root.heard
                }

                IconLine {
                    Layout.fillWidth: true
                    iconColor: Theme.success
                    iconName: "lock"
                    size: Theme.strong
                    text: qsTr("Rien n'est enregistré.")
                }

                IconLine {
                    Layout.fillWidth: true
                    iconName: "hang_up"
                    size: Theme.strong
                    text: qsTr("Vous pouvez arrêter quand vous voulez.")
                }

                IconLine {
                    Layout.fillWidth: true
                    iconName: "papers"
                    text: qsTr("À avoir : %1").arg(root.facts.motif.papers.join(" · "))
                    visible: root.facts.motif.papers.length > 0
                }
            }

            Item {
                Layout.fillHeight: true
                Layout.fillWidth: true
            }

            Notice {
                Layout.fillWidth: true
                text: root.claiming ? Sentences.claimed(root.facts.claimed) : Sentences.tileAdvice(root.facts.partner)
                tone: root.claiming || root.facts.partner.state !== "busy" ? "warning" : "info"
                visible: root.warned
            }

            BigButton {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.mm(29)
                iconName: root.callable ? "phone" : "people"
                kind: "primary"
                text: root.callable ? qsTr("Appeler") : qsTr("Choisir un autre service")
                textSize: Theme.heading
                touchName: root.callable ? "place_call" : "choose_other"
            }
        }
    }
}
