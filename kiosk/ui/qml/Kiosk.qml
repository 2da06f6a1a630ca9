pragma Singleton
import QtQuick

// What Python says, kept as one property per part so that a change of one does not disturb the others.
// A part that is absent is still there, blank, with `present: false` (kiosk/ui/facts.py).
QtObject {
    id: kiosk

    property var bridge: null
    property real level: 0

    property string screen: ""
    property string siteName: ""
    property string clock: ""
    property string printer: ""
    property string scanner: ""
    property var tiles: []
    property var called: []
    property var numbersKept: []
    property var outOfOrder: []
    property var motif: null
    property var beforeCall: null
    property var refused: null
    property var calling: null
    property var placeKept: null
    property var inCall: null
    property var ended: null
    property var stillThere: null

    // What a delegate shows in the instant between a shorter list and its own end.
    readonly property var blankTile: ({
            "partnerId": "",
            "name": "",
            "fullName": "",
            "tagline": "",
            "state": "",
            "waiting": 0,
            "wait": {
                "present": false
            },
            "opens": {
                "day": ""
            }
        })
    readonly property var blankCalled: ({
            "callId": "",
            "number": 0,
            "partnerName": "",
            "minutesLeft": 0,
            "inTime": false
        })
    readonly property var blankMotif: ({
            "motifId": "",
            "label": "",
            "papers": []
        })

    function tile(index: int): var {
        return kiosk.tiles[index] ?? kiosk.blankTile;
    }

    function calledNumber(index: int): var {
        return kiosk.called[index] ?? kiosk.blankCalled;
    }

    // Facts first, then the name of the screen: a screen that appears finds its facts.
    function apply(view: var): void {
        kiosk.siteName = view.siteName;
        kiosk.clock = view.clock;
        kiosk.printer = view.printer;
        kiosk.scanner = view.scanner;
        kiosk.tiles = view.tiles;
        kiosk.called = view.called;
        kiosk.numbersKept = view.numbersKept;
        kiosk.outOfOrder = view.outOfOrder;
        kiosk.motif = view.motif;
        kiosk.beforeCall = view.beforeCall;
        kiosk.refused = view.refused;
        kiosk.calling = view.calling;
        kiosk.placeKept = view.placeKept;
        kiosk.inCall = view.inCall;
        kiosk.ended = view.ended;
        kiosk.stillThere = view.stillThere;
        kiosk.screen = view.screen;
    }

    function touch(name: string, argument: string): void {
        kiosk.bridge.touch(name, argument);
    }

    function detachVideo(place: string, sink: QtObject): void {
        kiosk.bridge.detach_video(place, sink);
    }

    function attachVideo(place: string, sink: QtObject): void {
        kiosk.bridge.attach_video(place, sink);
    }
}
