/**
 * One peer connection to the kiosk. The page offers, the kiosk answers; everything is negotiated once.
 *
 * Lines, in this order: sound both ways, camera both ways, a screen (reserved, sent without picture), and two
 * data channels. Tracks are put on later without a new negotiation, so the description leaves at once.
 * A broken connection is never repaired: another one, with the next number, replaces it.
 */

import { CONTROL_CHANNEL, DOCUMENTS_CHANNEL } from "./conversation.js";

/** Still clear, and half of what browsers send: with its headers it fits where nothing else does. */
const LIGHT_VOICE_BPS = 16_000;

function preferVp8(transceiver) {
  const capabilities = RTCRtpReceiver.getCapabilities?.("video")?.codecs;
  if (!capabilities || !transceiver.setCodecPreferences) return;
  const isVp8 = (codec) => codec.mimeType.toLowerCase() === "video/vp8";
  transceiver.setCodecPreferences([...capabilities.filter(isVp8), ...capabilities.filter((c) => !isVp8(c))]);
}

export class Peer {
  #connection;
  #signal;
  #pending = [];
  #answered = false;
  #closed = false;
  #senders = {};

  /**
   * `number` is the hub's peer_no. `iceServers` are the only servers asked. `signal(type, fields)` relays through
   * the hub. `events`: onState(connectionState), onTrack(MediaStream), onControl(text), onChunk(ArrayBuffer),
   * onChannels(control, documents) when both are open, onChannelsClosed().
   */
  constructor({ number, iceServers, signal, events }) {
    this.number = number;
    this.#signal = signal;
    this.events = events;
    this.remote = new MediaStream();
    this.#connection = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#listen();
    this.control = this.#connection.createDataChannel(CONTROL_CHANNEL, { ordered: true });
    this.documents = this.#connection.createDataChannel(DOCUMENTS_CHANNEL, { ordered: true });
    this.documents.binaryType = "arraybuffer";
    this.#listenToChannels();
  }

  get connectionState() {
    return this.#connection.connectionState;
  }

  /** Make the lines and send the description. `tracks`: `{audio, video}`, null where the agent has no such device. */
  async offer({ audio = null, video = null } = {}) {
    const pc = this.#connection;
    const stream = new MediaStream();
    const addLine = (track, kind, direction, encoding) =>
      pc.addTransceiver(track ?? kind, {
        direction,
        streams: direction === "sendrecv" ? [stream] : [],
        ...(encoding && { sendEncodings: [encoding] }),
      });
    // On a thin link headers cost more than the voice: the browser may then put more of it in a packet.
    this.#senders.audio = addLine(audio, "audio", "sendrecv", { adaptivePtime: true }).sender;
    const camera = addLine(video, "video", "sendrecv");
    preferVp8(camera);
    this.#senders.video = camera.sender;
    const screen = addLine(null, "video", "sendonly");
    preferVp8(screen);
    await pc.setLocalDescription();
    if (this.#closed) return;
    const { type, sdp } = pc.localDescription;
    this.#signal("description", { peer_no: this.number, description: { type, sdp } });
  }

  /** Put another microphone or camera on the line; null sends nothing. */
  async setTrack(kind, track) {
    if (!this.#closed) await this.#senders[kind]?.replaceTrack(track);
  }

  /** Hold the camera's picture back and lighten the voice, without a new negotiation; or let both go on as before. */
  async pausePicture(paused) {
    if (this.#closed) return;
    await this.#setEncoding("video", { active: !paused });
    await this.#setEncoding("audio", { maxBitrate: paused ? LIGHT_VOICE_BPS : undefined });
  }

  async #setEncoding(kind, change) {
    const parameters = this.#senders[kind].getParameters();
    for (const encoding of parameters.encodings) Object.assign(encoding, change);
    await this.#senders[kind].setParameters(parameters);
  }

  /** The kiosk's answer. */
  async acceptAnswer(description) {
    if (this.#closed || this.#answered || description.type !== "answer") return;
    this.#answered = true;
    await this.#connection.setRemoteDescription(description);
    for (const candidate of this.#pending.splice(0)) await this.#addCandidate(candidate);
  }

  /** A candidate of the kiosk; kept until its answer is there. */
  async acceptCandidate(candidate) {
    if (this.#closed) return;
    if (this.#connection.remoteDescription) await this.#addCandidate(candidate);
    else this.#pending.push(candidate);
  }

  /** The browser's figures. */
  stats() {
    return this.#connection.getStats();
  }

  /** Close for good; no event comes any more. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.control.close();
    this.documents.close();
    this.#connection.close();
  }

  async #addCandidate(candidate) {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch {
      // A candidate for a line we do not have, or of a kind this browser does not know: others will do.
    }
  }

  #listen() {
    const pc = this.#connection;
    pc.onicecandidate = ({ candidate }) => {
      if (this.#closed) return;
      const { candidate: line, sdpMid, sdpMLineIndex } = candidate ?? { candidate: "" };
      this.#signal("candidate", { peer_no: this.number, candidate: { candidate: line, sdpMid, sdpMLineIndex } });
    };
    pc.onconnectionstatechange = () => {
      if (!this.#closed) this.events.onState(pc.connectionState);
    };
    pc.ontrack = ({ track }) => {
      if (this.#closed) return;
      this.remote.addTrack(track);
      this.events.onTrack(this.remote);
    };
  }

  #listenToChannels() {
    const opened = () => {
      if (this.#closed || this.control.readyState !== "open" || this.documents.readyState !== "open") return;
      this.events.onChannels(this.control, this.documents);
    };
    this.control.onopen = opened;
    this.documents.onopen = opened;
    this.control.onclose = () => {
      if (!this.#closed) this.events.onChannelsClosed();
    };
    this.control.onmessage = ({ data }) => {
      if (!this.#closed && typeof data === "string") this.events.onControl(data);
    };
    this.documents.onmessage = ({ data }) => {
      if (!this.#closed && data instanceof ArrayBuffer) this.events.onChunk(data);
    };
  }
}
