"""The kiosk's window: shows views, gives touches, takes pictures. The caller owns the application and the loop."""

import logging
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QLoggingCategory, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QFont, QFontDatabase, QGuiApplication, QIcon
from PySide6.QtMultimedia import QVideoSink
from PySide6.QtQml import QQmlApplicationEngine, QQmlError
from PySide6.QtQuick import QQuickView, QSGRendererInterface

from hub.logbook import record
from kiosk.config import ScreenOptions
from kiosk.core.ports import FrameSink
from kiosk.core.view import Touch, View
from kiosk.ui.bridge import Bridge
from kiosk.ui.i18n import MissingLanguage, Translations
from kiosk.ui.video import VideoFeed

logger = logging.getLogger(__name__)

QML_DIR = Path(__file__).parent / "qml"
FONT_FAMILY = "Atkinson Hyperlegible Next"
_PAPER = "#FAFAF7"
_MAX_WARNINGS = 50


class WindowEvent(StrEnum):
    """What the window may write to the log."""

    QML_WARNING = "a screen gave a warning"
    FONT_MISSING = "the font of the screens could not be read, the system's is used"
    NO_VIDEO = "the screen has no OpenGL, so no picture of a camera or an agent can be shown"
    LANGUAGE_MISSING = "no translation for the language asked, sentences stay in French"


class ScreenFault(RuntimeError):
    """The screens could not be loaded: the installation is damaged. The message names the file and the line."""


def make_application(argv: Sequence[str]) -> QGuiApplication:
    """The one application object, with what Qt must know before it: call it before making a `KioskWindow`."""
    os.environ.setdefault("QT_API", "pyside6")  # qasync would otherwise take the first binding it finds
    # How Qt found its codecs is of no use in a journal.
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    application = QGuiApplication(list(argv))
    application.setApplicationName("visio-kiosk")
    application.setApplicationDisplayName("Visio-relais")
    application.setDesktopFileName("visio-kiosk")
    application.setWindowIcon(QIcon())
    return application


class _View(QQuickView):
    """A full-screen kiosk only closes when the program says so; a development window closes as any other."""

    def __init__(self, engine: QQmlApplicationEngine, *, closable: bool) -> None:
        super().__init__(engine, None)  # type: ignore[call-overload]  # Qt allows no parent, the stub does not
        self.closable = closable

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self.closable:
            super().closeEvent(event)
        else:
            event.ignore()


class KioskWindow(QObject):
    """One window, made of `kiosk/ui/qml`. Everything but the two sinks belongs to the main thread."""

    first_frame = Signal()
    """The first picture of the window is on the screen (once)."""
    frame_swapped = Signal()
    """Each time the window has painted: for measures of reaction time."""

    def __init__(
        self,
        screen: ScreenOptions,
        *,
        windowed: bool,
        on_touch: Callable[[Touch], None],
        asset_dir: Path,
        bridge: Bridge | None = None,
    ) -> None:
        """Load the screens and show the window.

        Args:
            screen: size of the lit surface in millimetres, size of the window in pixels, language.
            windowed: an ordinary window instead of the whole screen.
            on_touch: called on the main thread for each touch that counts.
            asset_dir: the `assets` directory (fonts, i18n).
            bridge: another bridge, with another clock, for tests.

        Raises:
            ScreenFault: the QML files cannot be loaded.
        """
        super().__init__()
        self.bridge = bridge or Bridge(on_touch)
        self.warnings: list[str] = []
        """What QML complained about, the first fifty; empty when all is well."""
        self._painted = False
        self._engine = QQmlApplicationEngine()
        self._view = _View(self._engine, closable=windowed)
        self._engine.setParent(self._view)  # the engine must outlive what it made, whoever collects the window
        self._view.setColor(QColor(_PAPER))
        self._view.setTitle("Visio-relais")
        self._view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self._engine.warnings.connect(self._on_warnings)
        self._engine.setOutputWarningsToStandardError(False)
        self._load_fonts(asset_dir / "fonts")
        self._translations = Translations(self._engine, asset_dir)
        try:
            self._translations.use(screen.language)
        except MissingLanguage:
            record(logger, WindowEvent.LANGUAGE_MISSING, logging.WARNING)

        self._remote = VideoFeed()
        self._self = VideoFeed()
        self._feeds = {"remote": self._remote, "self": self._self}
        self.remote_sink: FrameSink = self._remote
        self.self_sink: FrameSink = self._self
        self.bridge.video_output_ready.connect(self._on_video_output)
        self.bridge.video_output_gone.connect(self._on_video_output_gone)
        self._view.frameSwapped.connect(self._on_frame_swapped)

        self._view.setInitialProperties(
            {"bridge": self.bridge, "widthMm": screen.width_mm, "heightMm": screen.height_mm}
        )
        self._view.resize(screen.window_width_px, screen.window_height_px)
        self._view.setSource(QUrl.fromLocalFile(str(QML_DIR / "Main.qml")))
        if self._view.status() is not QQuickView.Status.Ready:
            raise ScreenFault("; ".join(error.toString() for error in self._view.errors()))
        if windowed:
            self._view.show()
        else:
            self._view.setCursor(Qt.CursorShape.BlankCursor)
            self._view.setFlag(Qt.WindowType.FramelessWindowHint)
            self._view.showFullScreen()

    @property
    def quick_view(self) -> QQuickView:
        """The Qt window itself, for tests and measures."""
        return self._view

    def show_view(self, view: View) -> None:
        """Show `view`: the screen it names, with its facts."""
        self.bridge.set_view(view)

    def set_level(self, level: float) -> None:
        """Loudness of the microphone, 0..1, for the moving bar."""
        self.bridge.set_level(level)

    def set_language(self, language: str) -> None:
        """Show every sentence in `language`.

        Raises:
            kiosk.ui.i18n.MissingLanguage: no such translation.
        """
        self._translations.use(language)

    def grab(self, path: Path) -> None:
        """Write what the window shows to a PNG file (documents and tests only).

        Raises:
            OSError: the picture could not be written.
        """
        if not self._view.grabWindow().save(str(path)):
            raise OSError(f"cannot write {path.name}")

    def close(self) -> None:
        """Take the window off the screen. Closing twice changes nothing."""
        self.remote_sink.clear()
        self.self_sink.clear()
        self._view.closable = True
        self._view.close()
        self._view.setSource(QUrl())

    def _load_fonts(self, directory: Path) -> None:
        loaded = [QFontDatabase.addApplicationFont(str(file)) for file in sorted(directory.glob("*.woff"))]
        if not loaded or -1 in loaded:
            record(logger, WindowEvent.FONT_MISSING, logging.WARNING)
            return
        QGuiApplication.setFont(QFont(FONT_FAMILY))

    @Slot(str, QVideoSink)
    def _on_video_output(self, place: str, sink: QVideoSink) -> None:
        self._feeds[place].attach(sink)

    @Slot(str, QVideoSink)
    def _on_video_output_gone(self, place: str, sink: QVideoSink) -> None:
        self._feeds[place].detach(sink)

    @Slot()
    def _on_frame_swapped(self) -> None:
        self._remote.on_frame_swapped()
        self._self.on_frame_swapped()
        if not self._painted:
            self._painted = True
            if self._view.rendererInterface().graphicsApi() is QSGRendererInterface.GraphicsApi.Software:
                record(logger, WindowEvent.NO_VIDEO, logging.WARNING)
            self.first_frame.emit()
        self.frame_swapped.emit()

    def _on_warnings(self, warnings: list[QQmlError]) -> None:
        for warning in warnings:
            record(
                logger,
                WindowEvent.QML_WARNING,
                logging.WARNING,
                file=Path(warning.url().path()).name or "unknown",
                line=warning.line(),
            )
            if len(self.warnings) < _MAX_WARNINGS:
                self.warnings.append(warning.toString())
