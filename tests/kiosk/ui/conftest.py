"""The same application as the tests of the screens."""

from tests.qml.conftest import application

__all__ = ["application"]
