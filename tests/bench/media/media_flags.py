"""How the browsers of this bench are started: both of them alike."""

from tests.fakes.agent_browser import FLAGS

BROWSER_FLAGS = (
    *FLAGS,
    # No sound server: the sound goes nowhere at the right pace, and is taken in the page.
    "--disable-audio-output",
    # The TURN server's certificate is of its own authority.
    "--ignore-certificate-errors",
)
