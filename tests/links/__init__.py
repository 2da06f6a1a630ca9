"""A link between a kiosk and the rest of the world: what is done to its packets, the profiles, the emulator, its figures."""
