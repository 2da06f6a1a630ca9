"""Choosing options on scanners of different makers."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.devices import scanner_options as options
from kiosk.devices.scanner_faults import status_of


@dataclass
class Option:
    constraint: Any = None
    unit: int = 0
    active: bool = True

    def is_active(self) -> bool:
        return self.active

    def is_settable(self) -> bool:
        return self.active


@dataclass
class Device:
    """A scanner described by its options, as `sane.SaneDev` is."""

    opt: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["values"][name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("opt", "values"):
            self.__dict__[name] = value
        else:
            self.values[name] = value


@pytest.mark.parametrize(
    ("sources", "feeder", "glass"),
    [
        (["Flatbed", "Automatic Document Feeder"], "Automatic Document Feeder", "Flatbed"),
        (["Flatbed", "ADF", "ADF Duplex"], "ADF", "Flatbed"),
        (["ADF Duplex"], "ADF Duplex", None),
        (["FlatBed", "Automatic Document Feeder(centrally aligned)"], "Automatic Document Feeder(centrally aligned)", "FlatBed"),
        (["Normal"], None, "Normal"),
        ([], None, None),
    ],
)  # fmt: skip
def test_sources_by_their_names(sources: list[str], feeder: str | None, glass: str | None) -> None:
    device = Device({"source": Option(sources)} if sources else {})
    assert options.feeder_source(device) == feeder
    assert options.glass_source(device) == glass


def test_the_paper_sensor_is_asked_when_there_is_one() -> None:
    assert options.feeder_holds_paper(Device({})) is None
    assert options.feeder_holds_paper(Device({"page_loaded": Option()}, {"page_loaded": 1})) is True
    assert options.feeder_holds_paper(Device({"adf_loaded": Option()}, {"adf_loaded": 0})) is False
    assert options.feeder_holds_paper(Device({"adf_loaded": Option(active=False)}, {"adf_loaded": 1})) is None


def test_a_page_is_a4_at_the_nearest_resolution_the_device_has() -> None:
    device = Device(
        {
            "mode": Option(["Lineart", "24bit Color", "True Gray"]),
            "resolution": Option([100, 150, 300]),
            "depth": Option([1, 8, 16]),
            "tl_x": Option((0.0, 216.0, 0.0), unit=3),
            "tl_y": Option((0.0, 356.0, 0.0), unit=3),
            "br_x": Option((0.0, 216.0, 0.0), unit=3),
            "br_y": Option((0.0, 290.0, 0.0), unit=3),
        },
        {"mode": "Lineart", "resolution": 100, "depth": 1, "tl_x": 5.0, "tl_y": 5.0, "br_x": 0.0, "br_y": 0.0},
    )
    options.set_page(device, dpi=200, colour=False)
    assert device.values["mode"] == "True Gray"
    assert device.values["resolution"] == 150
    assert device.values["depth"] == 8
    assert (device.values["tl_x"], device.values["tl_y"]) == (0.0, 0.0)
    assert (device.values["br_x"], device.values["br_y"]) == (210.0, 290.0)
    options.set_page(device, dpi=300, colour=True)
    assert device.values["mode"] == "24bit Color"


def test_a_bed_measured_in_pixels() -> None:
    device = Device({"br_x": Option((0, 5000, 1), unit=1)}, {"br_x": 0})
    options.set_page(device, dpi=100, colour=False)
    assert device.values["br_x"] == 826


def test_texts_of_sane() -> None:
    assert status_of("Document feeder jammed") == "jammed"
    assert status_of("Scanner cover is open") == "cover_open"
    assert status_of("Invalid argument") == "failed"
    assert status_of("Invalid argument", opening=True) == "unplugged"
    assert status_of("something of a strange backend") == "failed"
