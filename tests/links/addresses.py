"""Who is where: addresses at both ends of an emulated link, and what tells packets apart in its log."""

KIOSK = "10.98.0.2"
KIOSK_AFTER_SWITCH = "10.98.1.2"
HUB = "10.99.0.1"
STATION = "10.99.0.2"
"""Source of what the agent's browser sends: the only address on the net end's interface, so its only candidate."""
TURN = "10.99.0.3"
OTHER = "10.99.0.9"
"""A host of the net end that no kiosk should ever speak to."""

NET_ADDRESSES = (HUB, STATION, TURN, OTHER)
