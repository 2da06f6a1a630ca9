/* The station's half of a page's travel: the page's own modules, on the connection of tests/fakes/station_peer.html. */
import { decode, encode, unpackChunk } from "/shared/conversation.js";
import { IncomingPages } from "/shared/incoming.js";

const KEEP_ALIVE_MS = 1000;
const now = () => performance.timeOrigin + performance.now();
const shown = [];

/** Before the offer: lines without picture or sound, for the calls that measure papers alone. */
window.withoutMedia = () => {
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function addInactive(track, options) {
    return add.call(this, track, { ...options, direction: "inactive" });
  };
};

/** After the offer: take sealed pages in, and show them. */
window.takePages = (withMedia) => {
  const say = (type, fields) => control.send(encode(type, fields));
  const pages = new IncomingPages({ send: say, onPage: show });
  const handlers = {
    page_sealed: (message) => pages.sealed(message),
    page_released: (message) => pages.released(message),
    page_discarded: (message) => pages.discarded(message),
  };
  control.onopen = () => {
    say("hello", { version: 1, received: {} });
    // A connection on which nothing comes is taken for dead.
    if (!withMedia) setInterval(() => say("media_muted", { camera: true, microphone: true }), KEEP_ALIVE_MS);
  };
  control.onmessage = ({ data }) => {
    const message = decode(data);
    handlers[message.type]?.(message);
  };
  documents.onmessage = ({ data }) => pages.chunk(unpackChunk(data));
};

/** A page is readable when its picture is decoded in the document. */
async function show(page) {
  const opened = now();
  const image = document.createElement("img");
  image.src = URL.createObjectURL(new Blob([page.jpeg], { type: "image/jpeg" }));
  document.body.append(image);
  await image.decode();
  shown.push({ opened, readable: now(), width: image.naturalWidth });
  image.remove();
  URL.revokeObjectURL(image.src);
}

window.pagesShown = () => shown.length;
window.lastPage = () => shown.at(-1);
