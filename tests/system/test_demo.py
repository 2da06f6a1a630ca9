"""The demonstration's settings are right, and say the same as the program that opens it."""

from pathlib import Path

import hub.config
import kiosk.config
from hub.network_file import read_network
from tests.system import demo


def test_settings_can_be_read() -> None:
    settings = hub.config.load(demo.ASSETS / "hub.toml")
    assert settings.server.port == demo.PORT
    assert settings.server.public_url == f"http://localhost:{demo.PORT}"
    of_kiosk = kiosk.config.load(demo.ASSETS / "kiosk.toml")
    assert of_kiosk.hub.key_file == (demo.DEMO / "kiosk.key").relative_to(demo.ROOT)
    assert of_kiosk.hub.url == f"ws://localhost:{demo.PORT}"


def test_nothing_is_written_outside_the_build_folder() -> None:
    of_kiosk = kiosk.config.load(demo.ASSETS / "kiosk.toml")
    settings = hub.config.load(demo.ASSETS / "hub.toml")
    paths = [
        of_kiosk.hub.key_file,
        of_kiosk.paths.runtime_dir,
        Path(of_kiosk.printer.simulated_output),
        Path(of_kiosk.simulation.state_file),
        Path(settings.database.url.removeprefix("sqlite:///")),
    ]
    assert [path for path in paths if path.parts[:2] != ("build", "demo")] == []


def test_agent_of_the_demonstration_is_in_its_network() -> None:
    network, findings = read_network((demo.ASSETS / "network.toml").read_text(encoding="utf-8"))
    assert network is not None, findings
    assert demo.EMAIL in [agent.email for agent in network.agents]
    assert demo.KIOSK_ID in [each.id for each in network.kiosks]
