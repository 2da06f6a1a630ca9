pragma ComponentBehavior: Bound
import QtQuick
import ".."
import "../controls"

// Which service: six tiles at the most at a time, each with its live state.
ScreenFrame {
    id: root

    readonly property int perPage: 6
    readonly property int pages: Math.max(1, Math.ceil(Kiosk.tiles.length / root.perPage))
    property int page: 0
    readonly property int shownPage: Math.min(root.page, root.pages - 1)
    readonly property int first: root.shownPage * root.perPage
    readonly property int count: Math.min(root.perPage, Kiosk.tiles.length - root.first)
    readonly property int columns: Theme.portrait ? 2 : 3
    readonly property int rows: Math.ceil(root.perPage / root.columns)
    readonly property int calledShown: Math.min(2, Kiosk.called.length)
    readonly property real calledHeight: root.calledShown > 0 ? called.height + Theme.mm(Theme.gap) : 0
    readonly property real gridHeight: root.bodyHeight - root.calledHeight - (more.visible ? more.height + Theme.mm(Theme.gap) : 0)

    notice: Sentences.deviceNotice(Kiosk.printer, Kiosk.scanner)
    title: qsTr("Avec quel service voulez-vous parler ?")

    Column {
        id: called

        spacing: Theme.mm(Theme.gap)
        width: parent.width

        Repeater {
            model: root.calledShown

            CalledBanner {
                required property int index

                compact: true
                facts: Kiosk.calledNumber(index)
                width: parent?.width ?? 0
            }
        }
    }

    Label {
        y: root.calledHeight
        size: Theme.heading
        text: qsTr("Aucun service ne répond pour le moment. Demandez à l'accueil.")
        visible: Kiosk.tiles.length === 0
        width: parent.width
    }

    Grid {
        id: grid

        y: root.calledHeight
        columnSpacing: Theme.mm(Theme.wideGap)
        columns: root.columns
        rowSpacing: Theme.mm(Theme.wideGap)
        width: parent.width

        Repeater {
            model: root.count

            Tile {
                required property int index

                height: (root.gridHeight - (root.rows - 1) * grid.rowSpacing) / root.rows
                showTagline: root.calledShown === 0 || Theme.portrait
                tile: Kiosk.tile(root.first + index)
                width: (grid.width - (root.columns - 1) * grid.columnSpacing) / root.columns
            }
        }
    }

    BigButton {
        id: more

        anchors.bottom: parent.bottom
        anchors.right: parent.right
        iconName: "next"
        text: root.shownPage + 1 < root.pages ? qsTr("Voir d'autres services") : qsTr("Revenir au début")
        visible: root.pages > 1

        onActivated: root.page = (root.shownPage + 1) % root.pages
    }
}
