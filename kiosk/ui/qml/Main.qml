pragma ComponentBehavior: Bound
import QtQuick
import "screens"

// One screen at a time, chosen by the name that Python gave.
Item {
    id: root

    required property var bridge
    required property real widthMm
    required property real heightMm

    function refresh(): void {
        Kiosk.apply(JSON.parse(root.bridge.viewJson));
    }

    Component.onCompleted: {
        Kiosk.bridge = root.bridge;
        root.refresh();
    }

    Connections {
        function onLevelChanged(): void {
            Kiosk.level = root.bridge.level;
        }

        function onViewChanged(): void {
            root.refresh();
        }

        target: root.bridge
    }

    Binding {
        property: "pxPerMm"
        target: Theme
        value: Math.max(1, Math.min(root.width / root.widthMm, root.height / root.heightMm))
    }

    Binding {
        property: "portrait"
        target: Theme
        value: root.height > root.width
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.paper
    }

    Loader {
        id: stage

        anchors.fill: parent
        enabled: !Kiosk.stillThere?.present
        sourceComponent: {
            switch (Kiosk.screen) {
            case "starting":
                return starting;
            case "attract":
                return attract;
            case "partners":
                return partners;
            case "motif":
                return motif;
            case "before_call":
                return beforeCall;
            case "refused":
                return refused;
            case "calling":
                return calling;
            case "place_kept":
                return placeKept;
            case "in_call":
                return inCall;
            case "ended":
                return ended;
            case "erased":
                return erased;
            case "hub_unreachable":
                return hubUnreachable;
            case "out_of_order":
                return outOfOrder;
            }
            return null;
        }
    }

    Loader {
        active: Kiosk.stillThere?.present ?? false
        anchors.fill: parent
        sourceComponent: stillThere
    }

    Component {
        id: starting

        Starting {}
    }

    Component {
        id: attract

        Attract {}
    }

    Component {
        id: partners

        Partners {}
    }

    Component {
        id: motif

        Motif {}
    }

    Component {
        id: beforeCall

        BeforeCall {}
    }

    Component {
        id: refused

        Refused {}
    }

    Component {
        id: calling

        Calling {}
    }

    Component {
        id: placeKept

        PlaceKept {}
    }

    Component {
        id: inCall

        InCall {}
    }

    Component {
        id: ended

        Ended {}
    }

    Component {
        id: erased

        Erased {}
    }

    Component {
        id: hubUnreachable

        HubUnreachable {}
    }

    Component {
        id: outOfOrder

        OutOfOrder {}
    }

    Component {
        id: stillThere

        StillThere {}
    }
}
