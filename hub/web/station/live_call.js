/**
 * The call in progress: peer connections (one after the other), switches, quality, papers.
 *
 * It lives as long as the call, across new peer connections and absences of the hub.
 */

import { build, decode, encode, toHex, unpackChunk } from "../shared/conversation.js";
import { CallDevices } from "../shared/devices.js";
import { IncomingPages } from "../shared/incoming.js";
import { OutgoingFiles } from "../shared/outgoing.js";
import { Peer } from "../shared/peer.js";
import { PicturePause } from "../shared/picture_pause.js";
import { classify, CUT_MS, LOST_MS, measure, SteadyLevel } from "../shared/quality.js";
import { ShapeError } from "../shared/shape.js";

const TICK_MS = 1000;
/** A connection that is still being made after this is given up for another; the kiosk waits as long. */
const CONNECTING_MS = 15_000;
/** Between two requests for a new connection. */
const RENEW_EVERY_MS = 10_000;

export class LiveCall {
  status = {
    media: "connecting",
    level: null,
    figures: null,
    remoteStream: null,
    hasPicture: false,
    sending: { audio: false, video: false },
    wanted: { audio: true, video: true },
    problems: { audio: null, video: null },
    kioskMuted: { camera: false, microphone: false },
    kioskPicturePaused: false,
    picturePaused: false,
    kioskMedia: null,
    canTalk: false,
    tracks: { audio: null, video: null },
  };
  #peer = null;
  #devices;
  #incoming;
  #outgoing;
  #timer;
  #totals = null;
  #steady = new SteadyLevel();
  #pause = new PicturePause();
  #startedMs = 0;
  #renewedMs = -RENEW_EVERY_MS;
  #reported = null;
  #closed = false;
  #everConnected = false;

  /**
   * `send(type, fields)` speaks to the hub (false when it is away); `documents` is the call's Documents;
   * `choice()` the devices chosen; `onChange()` on any change of `status`; `onKioskHungUp()` on its word.
   */
  constructor({ callId, send, documents, choice, onChange, onKioskHungUp }) {
    this.callId = callId;
    this.sendToHub = (type, fields) => send(type, { call_id: callId, ...fields });
    this.documents = documents;
    this.onChange = onChange;
    this.onKioskHungUp = onKioskHungUp;
    this.#devices = new CallDevices({
      choice,
      onTrack: (kind, track) => this.#trackReady(kind, track),
      onProblem: (kind, reason) => this.#change({ problems: { ...this.status.problems, [kind]: reason } }),
    });
    this.#incoming = new IncomingPages({
      send: (type, fields) => this.tell(type, fields),
      onPage: (page) => documents.addPage(page),
      onProgress: (scanId, fraction) => documents.markArriving(scanId, fraction),
      onBroken: (scanId) => documents.markBroken(scanId),
    });
    this.#outgoing = new OutgoingFiles({
      sendControl: (type, fields) => this.tell(type, fields),
      onProgress: (printId, fraction) => documents.markSent(printId, fraction),
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get peerNo() {
    return this.#peer?.number ?? 0;
  }

  /** Open microphone and camera; the call may be connected before they are. */
  openDevices() {
    return this.#devices.open();
  }

  /** Build peer connection `number`; the previous one is dropped. */
  async startPeer(number, iceServers) {
    if (this.#closed || number <= this.peerNo) return;
    this.#peer?.close();
    this.#outgoing.detach();
    this.#totals = null;
    this.#startedMs = performance.now();
    this.#pause = new PicturePause();
    this.#change({ picturePaused: false, kioskPicturePaused: false });
    this.#change({ media: "connecting", level: null, figures: null, canTalk: false, remoteStream: null, hasPicture: false });
    const peer = new Peer({
      number,
      iceServers: iceServers.map(({ urls, username, credential }) =>
        username === null ? { urls } : { urls, username, credential: credential ?? "" },
      ),
      signal: (type, fields) => this.sendToHub(type, fields),
      events: {
        onState: (state) => this.#connectionChanged(state),
        onTrack: (stream) => this.#change({ remoteStream: stream }),
        onControl: (text) => this.#heard(text),
        onChunk: (buffer) => this.#chunk(buffer),
        onChannels: () => this.#channelsOpen(),
        onChannelsClosed: () => this.#change({ canTalk: false }),
      },
    });
    this.#peer = peer;
    this.#report("connecting");
    await peer.offer(this.#devices.tracks);
    for (const kind of ["audio", "video"]) {
      const track = this.#devices.tracks[kind];
      if (track) await peer.setTrack(kind, track);
    }
  }

  /** A message of the hub about this call's connection. */
  async relayed(message) {
    if (message.type === "report_media") this.#change({ kioskMedia: message.state });
    if (message.peer_no !== this.peerNo || !this.#peer) return;
    if (message.type === "description") await this.#peer.acceptAnswer(message.description);
    if (message.type === "candidate") await this.#peer.acceptCandidate(message.candidate);
  }

  /** Ask the hub for a new connection, at most now and then. */
  renew() {
    const now = performance.now();
    if (now - this.#renewedMs < RENEW_EVERY_MS) return;
    if (this.sendToHub("renew_peer", this.#peer ? { peer_no: this.peerNo } : {})) this.#renewedMs = now;
  }

  /** Speak to the kiosk; false when there is no line. */
  tell(type, fields = {}) {
    const channel = this.#peer?.control;
    if (channel?.readyState !== "open") return false;
    channel.send(encode(type, fields));
    return true;
  }

  /** Switch the microphone ("audio") or the camera ("video") on or off. */
  toggle(kind) {
    const wanted = { ...this.status.wanted, [kind]: !this.status.wanted[kind] };
    this.#devices.setWanted(kind, wanted[kind]);
    this.#change({ wanted, sending: this.#devices.sending });
    this.#tellMuted();
  }

  requestScan({ title, pages, colour }) {
    const scanId = toHex(crypto.getRandomValues(new Uint8Array(8)));
    const sent = this.tell("request_scan", { scan_id: scanId, title, pages, colour });
    if (sent) this.documents.addRequest({ scanId, title, pages, colour });
    return sent;
  }

  cancelScan(scanId) {
    this.documents.markCancelling(scanId);
    return this.tell("cancel_scan", { scan_id: scanId });
  }

  /** `file` comes from `prepareFile`. */
  offerPrint(file) {
    // Checked before anything leaves: a title or type that is not ours must fail here, not half-way.
    build("offer_print", {
      print_id: file.printId,
      transfer_id: file.transferId,
      title: file.title,
      mime: file.mime,
      size: file.bytes.length,
      chunks: file.chunks,
      sha256: file.hash,
    });
    this.documents.addPrint({ printId: file.printId, title: file.title, size: file.bytes.length });
    this.#outgoing.offer(file);
  }

  cancelPrint(printId) {
    this.documents.markPrintCancelling(printId);
    this.#outgoing.drop(printId);
    return this.tell("cancel_print", { print_id: printId });
  }

  /** The caller goes to somebody else: what is still on its way here will not come any more. */
  cancelPapers() {
    const { requests, prints, constructor: kind } = this.documents;
    for (const { scanId } of requests.filter(kind.isRequestOpen)) this.cancelScan(scanId);
    for (const { printId } of prints.filter(kind.isPrintOpen)) this.cancelPrint(printId);
  }

  /** Say goodbye on both roads: the hub may be away, or the kiosk's line. */
  hangUp() {
    const told = this.tell("hang_up");
    const stored = this.sendToHub("hang_up", {});
    return { told, stored };
  }

  /** Let go of everything; documents stay for the wrap-up. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    // The last word (hang_up) leaves before the connection does.
    const peer = this.#peer;
    setTimeout(() => peer?.close(), 300);
    this.#peer = null;
    this.#devices.close();
    this.#incoming.clear();
    this.#outgoing.clear();
    this.status = { ...this.status, remoteStream: null, canTalk: false };
  }

  // ---- from the connection -------------------------------------------------------------------------------

  #channelsOpen() {
    this.tell("hello", { received: this.#incoming.received() });
    this.#change({ canTalk: true });
    this.#tellMuted();
    if (this.#pause.paused) this.tell("picture_paused", { paused: true });
    for (const { scanId, title, pages, colour } of this.documents.unheardRequests) {
      this.tell("request_scan", { scan_id: scanId, title, pages, colour });
    }
    for (const request of this.documents.requests) {
      if (request.cancelling && this.documents.constructor.isRequestOpen(request)) {
        this.tell("cancel_scan", { scan_id: request.scanId });
      }
    }
  }

  #heard(text) {
    if (this.#closed) return;
    let message;
    try {
      message = decode(text);
    } catch (error) {
      if (error instanceof ShapeError || error instanceof SyntaxError) return;
      throw error;
    }
    const { documents } = this;
    const handlers = {
      hello: () => this.#outgoing.attach(this.#peer.documents, message.received),
      chunks_received: () => this.#outgoing.acknowledged(message),
      hang_up: () => this.onKioskHungUp(),
      media_muted: () => this.#change({ kioskMuted: { camera: message.camera, microphone: message.microphone } }),
      picture_paused: () => this.#change({ kioskPicturePaused: message.paused }),
      scan_moved: () => documents.moveRequest(message),
      page_sealed: () => this.#incoming.sealed(message),
      page_released: () => this.#incoming.released(message),
      page_discarded: () => this.#incoming.discarded(message),
      print_moved: () => {
        documents.movePrint(message);
        if (["declined", "cancelled", "refused"].includes(message.step)) this.#outgoing.drop(message.print_id);
      },
    };
    handlers[message.type]();
  }

  #chunk(buffer) {
    try {
      this.#incoming.chunk(unpackChunk(buffer));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
    }
  }

  #connectionChanged(state) {
    if (state === "connected") {
      this.#everConnected = true;
      this.#change({ media: "connected" });
      this.#report("connected");
    } else if (state === "failed") {
      this.#change({ media: "lost" });
      this.#report("lost");
      this.renew();
    }
  }

  async #trackReady(kind, track) {
    this.#change({
      problems: { ...this.status.problems, [kind]: null },
      tracks: this.#devices.tracks,
      sending: this.#devices.sending,
    });
    this.#tellMuted();
    await this.#peer?.setTrack(kind, track);
  }

  #tellMuted() {
    const { audio, video } = this.#devices.sending;
    this.tell("media_muted", { camera: !video, microphone: !audio });
  }

  // ---- quality -------------------------------------------------------------------------------------------

  async #tick() {
    const peer = this.#peer;
    if (!peer) return;
    if (!this.#everConnected || this.status.media === "connecting") {
      if (performance.now() - this.#startedMs > CONNECTING_MS) this.renew();
      return;
    }
    const report = await peer.stats();
    if (this.#closed || peer !== this.#peer) return;
    const now = performance.now();
    const { totals, figures } = measure(report, this.#totals, now);
    this.#totals = totals;
    const level = this.#steady.update(classify(figures), now);
    const media = figures.silentMs >= LOST_MS ? "lost" : figures.silentMs >= CUT_MS ? "weak" : "connected";
    this.#change({ figures, level, media, hasPicture: figures.width > 0 });
    this.#report(level === "weak" && media === "connected" ? "weak" : media);
    if (media === "lost") this.renew();
    if (media !== "lost") await this.#weighPicture(peer, figures, now);
  }

  /** My picture goes when the link cannot carry it beside my voice, and comes back when it can. */
  async #weighPicture(peer, figures, now) {
    const paused = this.#pause.update(figures, now);
    if (paused === this.status.picturePaused) return;
    this.#change({ picturePaused: paused });
    this.tell("picture_paused", { paused });
    await peer.pausePicture(paused);
  }

  #report(state) {
    if (!this.#peer || this.#reported === `${this.#peer.number} ${state}`) return;
    if (this.sendToHub("report_media", { peer_no: this.#peer.number, state })) {
      this.#reported = `${this.#peer.number} ${state}`;
    }
  }

  #change(change) {
    if (this.#closed) return;
    this.status = { ...this.status, ...change };
    this.onChange();
  }
}
