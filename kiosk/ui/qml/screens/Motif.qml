pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// What the call is about, with the papers to have at hand.
ScreenFrame {
    id: root

    readonly property var motifs: Kiosk.motif.motifs
    readonly property int perPage: 7
    readonly property int pages: Math.max(1, Math.ceil(root.motifs.length / root.perPage))
    property int page: 0
    readonly property int shownPage: Math.min(root.page, root.pages - 1)
    readonly property int first: root.shownPage * root.perPage
    readonly property int count: Math.min(root.perPage, root.motifs.length - root.first)
    readonly property int columns: Theme.portrait ? 1 : 2
    readonly property int rows: Math.ceil((root.count + 1) / root.columns)
    readonly property real cellHeight: Math.min(Theme.mm(48), (root.bodyHeight - (more.visible ? more.height + Theme.mm(Theme.gap) : 0) - (root.rows - 1) * grid.rowSpacing) / root.rows)
    readonly property real cellWidth: (grid.width - (root.columns - 1) * grid.columnSpacing) / root.columns

    notice: Sentences.calledNotice(Kiosk.called)
    showBack: true
    title: qsTr("%1 : vous appelez pour quoi ?").arg(Kiosk.motif.partner.name)

    Grid {
        id: grid

        columnSpacing: Theme.mm(Theme.wideGap)
        columns: root.columns
        rowSpacing: Theme.mm(Theme.gap)
        width: parent.width

        Repeater {
            model: root.count

            MotifTile {
                required property int index

                height: root.cellHeight
                motif: root.motifs[root.first + index] ?? Kiosk.blankMotif
                width: root.cellWidth
            }
        }

        BigButton {
            height: root.cellHeight
            iconName: "talk"
            text: qsTr("Autre chose")
            textSize: Theme.heading
            touchName: "choose_motif"
            width: root.cellWidth
        }
    }

    BigButton {
        id: more

        anchors.bottom: parent.bottom
        anchors.right: parent.right
        iconName: "next"
        text: root.shownPage + 1 < root.pages ? qsTr("Voir d'autres sujets") : qsTr("Revenir au début")
        visible: root.pages > 1

        onActivated: root.page = (root.shownPage + 1) % root.pages
    }
}
