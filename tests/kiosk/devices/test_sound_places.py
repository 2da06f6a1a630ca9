"""Where sound goes when a headset comes and goes: to it, and back where it was; nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.sound_places import Place, SoundPlaces, Sounds, Stream

SPEAKER = Place(0, "alsa_output.pci.analog-stereo", "Built-in Audio", card=0)
HDMI = Place(1, "alsa_output.pci.hdmi", "Screen", card=0)
HEADSET = Place(7, "alsa_output.usb-headset", "Voice 20", frozenset({"headset"}), card=3)
ROOM_MIC = Place(0, "alsa_input.pci.analog-stereo", "Built-in Audio", card=0)
HEADSET_MIC = Place(9, "alsa_input.usb-headset", "Voice 20", card=3)
ECHO = Place(8, "alsa_output.usb-headset.monitor", "Monitor of Voice 20", card=3, is_echo=True)


def sounds(outputs: tuple[Place, ...], player: int, inputs: tuple[Place, ...] = (), recorder: int = 0) -> Sounds:
    return Sounds(outputs, inputs, (Stream(21, player),), (Stream(31, recorder),))


def test_the_sound_goes_to_the_headset_with_its_microphone() -> None:
    decision = SoundPlaces().decide(sounds((SPEAKER, HEADSET), 0, (ROOM_MIC, ECHO, HEADSET_MIC)))
    assert decision.move_players == ((21, 7),)
    assert decision.move_recorders == ((31, 9),)
    assert decision.is_private is True


def test_headphones_leave_the_microphone_where_it_is() -> None:
    headphones = Place(4, "usb-phones", shapes=frozenset({"headphone"}), card=5)
    decision = SoundPlaces().decide(sounds((SPEAKER, headphones), 0, (ROOM_MIC,)))
    assert (decision.move_players, decision.move_recorders) == (((21, 4),), ())


def test_unplugged_it_goes_back_where_it_was_and_not_where_the_server_put_it() -> None:
    places = SoundPlaces()
    places.decide(sounds((SPEAKER, HDMI, HEADSET), 0, (ROOM_MIC, HEADSET_MIC)))
    places.decide(sounds((SPEAKER, HDMI, HEADSET), 7, (ROOM_MIC, HEADSET_MIC), 9))
    decision = places.decide(sounds((SPEAKER, HDMI), 1, (ROOM_MIC,)))
    assert decision.move_players == ((21, 0),)
    assert decision.move_recorders == ()
    assert decision.is_private is False
    assert places.decide(sounds((SPEAKER, HDMI), 1)).move_players == (), "told once"


def test_a_jack_of_the_same_card_is_private_without_a_move() -> None:
    plugged = Place(0, SPEAKER.name, SPEAKER.title, frozenset({"headphone"}), card=0)
    places = SoundPlaces()
    decision = places.decide(sounds((plugged,), 0, (ROOM_MIC,)))
    assert (decision.move_players, decision.move_recorders, decision.is_private) == ((), (), True)
    assert places.decide(sounds((SPEAKER,), 0, (ROOM_MIC,))).is_private is False


def test_a_device_named_in_the_settings_is_a_headset() -> None:
    handset = Place(5, "alsa_output.usb-0d8c", "USB Combiné d'accueil", card=4)
    assert SoundPlaces("combiné").decide(sounds((SPEAKER, handset), 0)).move_players == ((21, 5),)
    assert SoundPlaces("").decide(sounds((SPEAKER, handset), 0)).move_players == ()


def test_of_two_headsets_the_last_one_counts() -> None:
    second = Place(11, "other", shapes=frozenset({"handset"}))
    places = SoundPlaces()
    assert places.decide(sounds((SPEAKER, HEADSET, second), 7)).move_players == ((21, 11),)
    assert places.decide(sounds((SPEAKER, HEADSET), 0)).move_players == ((21, 7),)
    assert places.decide(sounds((SPEAKER,), 0)).is_private is False


@given(st.permutations([SPEAKER, HDMI]), st.sampled_from([0, 1]), st.lists(st.sampled_from([0, 1]), max_size=5))
def test_without_a_headset_nothing_is_ever_moved(outputs: list[Place], first: int, later: list[int]) -> None:
    places = SoundPlaces()
    for at in (first, *later):
        decision = places.decide(sounds(tuple(outputs), at, (ROOM_MIC,)))
        assert (decision.move_players, decision.move_recorders, decision.is_private) == ((), (), False)


@pytest.mark.parametrize("outputs", [(), (SPEAKER,), (SPEAKER, HEADSET)])
def test_while_nothing_plays_nobody_hears(outputs: tuple[Place, ...]) -> None:
    assert SoundPlaces().decide(Sounds(outputs)).is_private is None
