"""A real browser holds its picture back and lets it go on, while the voice never stops."""

from tests.web.agent_page import AgentPage

LOOPBACK = """
async () => {
  const { Peer } = await import("/web/shared/peer.js");
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const other = new RTCPeerConnection();
  const signal = async (type, { description, candidate }) => {
    if (type === "candidate") {
      if (candidate.candidate) await other.addIceCandidate(candidate);
      return;
    }
    await other.setRemoteDescription(description);
    await other.setLocalDescription();
    await peer.acceptAnswer({ type: "answer", sdp: other.localDescription.sdp });
  };
  other.onicecandidate = ({ candidate }) => candidate && peer.acceptCandidate(candidate.toJSON());
  const nothing = () => {};
  const events = { onState: nothing, onTrack: nothing, onControl: nothing, onChunk: nothing, onChannels: nothing, onChannelsClosed: nothing };
  const peer = new Peer({ number: 1, iceServers: [], signal, events });
  const [audio] = devices.getAudioTracks();
  const [video] = devices.getVideoTracks();
  await peer.offer({ audio, video });
  window.tried = { peer, other, devices };
}
"""
COUNTS = """
async ([kind, least]) => {
  for (;;) {
    const count = { audio: 0, video: 0 };
    for (const stat of (await tried.peer.stats()).values())
      if (stat.type === "outbound-rtp") count[stat.kind] += stat.packetsSent;
    if (count[kind] >= least) return count;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
"""
"""Packets sent of each kind, once there are so many of one kind."""


async def test_the_picture_stops_and_comes_back_beside_a_voice_that_goes_on(agent: AgentPage) -> None:
    page = agent.page
    await agent.open()

    async def moved(kind: str, since: dict[str, int], by: int = 20) -> dict[str, int]:
        counts: dict[str, int] = await page.evaluate(COUNTS, [kind, since[kind] + by])
        return counts

    await page.evaluate(LOOPBACK)
    counts = await moved("video", {"video": 0, "audio": 0})
    await page.evaluate("tried.peer.pausePicture(true)")
    paused = await moved("audio", await page.evaluate(COUNTS, ["audio", 0]), 10)
    later = await moved("audio", paused, 60)
    assert later["video"] <= paused["video"] + 5, "more than a second of voice, and no picture"
    await page.evaluate("tried.peer.pausePicture(false)")
    counts = await moved("video", later)
    assert counts["audio"] > later["audio"]
    await page.evaluate(
        "tried.peer.close(); tried.other.close(); tried.devices.getTracks().forEach((track) => track.stop())"
    )
