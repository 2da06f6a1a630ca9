pragma ComponentBehavior: Bound
import QtQuick
import ".."

// A number that is called: whose turn it is, how long, and « C'est moi ». All of it can be touched.
Touchable {
    id: root

    required property var facts
    property bool compact: false

    implicitHeight: Math.max(Theme.mm(root.compact ? 30 : 44), words.implicitHeight + Theme.mm(8))
    text: qsTr("C'est moi, n° %1").arg(root.facts.number)
    touchArgument: root.facts.callId
    touchName: "claim_place"

    Accessible.description: Sentences.turnOf(root.facts.number) + ", " + root.facts.partnerName + ". " + Sentences.timeLeft(root.facts.minutesLeft)

    Rectangle {
        anchors.fill: parent
        anchors.margins: root.pressed ? Theme.mm(0.8) : 0
        border.color: Theme.ink
        border.width: Theme.mm(root.pressed ? 1.6 : 1)
        color: Theme.warning
        radius: Theme.mm(root.radius)
    }

    Icon {
        id: bell

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(5)
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.ink
        name: "bell"
        size: root.compact ? 14 : 20
    }

    Column {
        id: words

        anchors.left: bell.right
        anchors.leftMargin: Theme.mm(5)
        anchors.right: me.left
        anchors.rightMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(0.5)

        Label {
            Accessible.role: Accessible.Heading
            bold: true
            size: root.compact ? Theme.heading : Theme.title
            text: root.compact && root.facts.partnerName !== "" ? qsTr("%1 · %2").arg(Sentences.turnOf(root.facts.number)).arg(root.facts.partnerName) : Sentences.turnOf(root.facts.number)
            width: parent.width
        }

        Label {
            bold: true
            size: Theme.strong
            text: root.facts.partnerName
            visible: !root.compact && text !== ""
            width: parent.width
        }

        Label {
            size: Theme.strong
            text: Sentences.timeLeft(root.facts.minutesLeft)
            width: parent.width
        }
    }

    Rectangle {
        id: me

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        color: root.pressed ? Theme.actionPressed : Theme.action
        height: root.height - Theme.mm(8)
        radius: Theme.mm(root.radius)
        width: Theme.mm(root.compact ? 64 : 70)

        Label {
            Accessible.ignored: true
            anchors.centerIn: parent
            bold: true
            color: Theme.white
            horizontalAlignment: Text.AlignHCenter
            size: root.compact ? Theme.heading : Theme.title
            text: qsTr("C'est moi")
            width: parent.width
        }
    }
}
