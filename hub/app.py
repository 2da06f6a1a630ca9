"""Composition root of the hub: the only module that knows every part."""
