/**
 * The peer of the benchmark: a Socket.IO server that does the hub's job as such servers are usually written, with the same
 * JSON payloads. Queue per partner, longest idle station first, offers, relay, tiles, wrap-up; kiosks sign a challenge,
 * stations show a sign-in. Without a database everything is in memory and gone with the process; with one, each change
 * of a call is committed (WAL, synchronous=FULL, with its event) before anybody is told, and live calls are loaded at start.
 *
 *     node server.js PORT NETWORK.json [DATABASE]
 */
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, networkFile, databaseFile] = process.argv.slice(2);
const network = JSON.parse(readFileSync(networkFile, "utf8"));
const OFFER_TIMEOUT_S = 25, DIGEST_S = 1;
const DER_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const HELLO = "visio-relais kiosk hello v1\0";

const partners = new Map();
for (const id of network.partners) partners.set(id, { id, queue: [], free: [], stations: new Set(), told: "", timer: null, at: 0 });
const calls = new Map(), requests = new Map(), kiosks = new Map(), stations = new Map();
let save = () => {};
if (databaseFile) {
  const { default: Database } = await import("libsql");
  const database = new Database(databaseFile);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(`CREATE TABLE IF NOT EXISTS call (id TEXT PRIMARY KEY, request_id TEXT, kiosk_id TEXT, partner_id TEXT, station_id TEXT,
    state TEXT, offer_no INTEGER, queued_at REAL); CREATE TABLE IF NOT EXISTS event (at REAL, call_id TEXT, name TEXT)`);
  for (const row of database.prepare("SELECT * FROM call WHERE state <> 'closed'").all()) {
    const call = { id: row.id, request: row.request_id, kiosk: row.kiosk_id, partner: row.partner_id, station: row.station_id,
      state: row.state, offerNo: row.offer_no, queuedAt: row.queued_at };
    calls.set(call.id, call);
    requests.set(`${call.kiosk} ${call.request}`, call);
    if (call.state === "queued") partners.get(call.partner).queue.push(call);
  }
  const put = database.prepare("INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const log = database.prepare("INSERT INTO event VALUES (?, ?, ?)");
  const both = database.transaction((call) => {
    put.run(call.id, call.request, call.kiosk, call.partner, call.station, call.state, call.offerNo, call.queuedAt);
    log.run(Date.now() / 1000, call.id, call.state);
  });
  save = (call) => both(call);
}

const http = createServer((request, response) => response.end("ready"));
const io = new Server(http, { serveClient: false, perMessageDeflate: false, transports: ["websocket"], pingInterval: 10000, pingTimeout: 10000 });
const tell = (socket, message) => socket?.emit("m", message);
const toKiosk = (call, message) => tell(kiosks.get(call.kiosk)?.socket, message);
const toStation = (call, message) => tell(stations.get(call.station)?.socket, message);

/** Proposes calls while there is a free station, oldest call and longest idle station first. */
function route(partner) {
  while (partner.queue.length && partner.free.length) {
    const call = partner.queue.shift(), station = partner.free.shift();
    Object.assign(call, { state: "offered", station: station.id, offerNo: call.offerNo + 1 });
    station.state = "offered";
    save(call);
    call.timer = setTimeout(() => withdraw(call, "expired"), OFFER_TIMEOUT_S * 1000);
    toKiosk(call, { type: "call_ringing", call_id: call.id, attempt: call.offerNo });
    toStation(call, { type: "offer", offer_no: call.offerNo, expires_in_s: OFFER_TIMEOUT_S,
      card: { call_id: call.id, site_name: "Mairie", kiosk_name: call.kiosk, waited_s: Date.now() / 1000 - call.queuedAt } });
  }
  touch(partner);
}

/** Tiles to every kiosk and the queue to the partner's stations, at most once a second. */
function touch(partner) {
  if (partner.timer) return;
  partner.timer = setTimeout(() => {
    partner.timer = null;
    partner.at = Date.now();
    const waiting = partner.queue.length, free = partner.free.length, told = `${waiting} ${free > 0}`, counts = `${waiting} ${free}`;
    if (told !== partner.told) {
      partner.told = told;
      io.to("kiosks").emit("m", { type: "partners_changed", tiles: [{ partner_id: partner.id, state: free ? "free" : "busy", waiting }] });
    }
    if (counts !== partner.counts) {
      partner.counts = counts;
      io.to(partner.id).emit("m", { type: "queue_changed", waiting, longest_wait_s: 0, available_stations: free });
    }
  }, Math.max(0, partner.at + DIGEST_S * 1000 - Date.now()));
}

function setStation(station, state) {
  const partner = partners.get(station.partner);
  partner.free = partner.free.filter((other) => other !== station);
  station.state = state;
  if (state === "available") partner.free.push(station);
  tell(station.socket, { type: "station_changed", state });
  route(partner);
}

function withdraw(call, reason) {
  clearTimeout(call.timer);
  const station = stations.get(call.station);
  toStation(call, { type: "offer_withdrawn", call_id: call.id, offer_no: call.offerNo, reason });
  Object.assign(call, { state: "queued", station: null });
  partners.get(call.partner).queue.unshift(call);
  save(call);
  if (station) setStation(station, reason === "expired" ? "away" : "available");
}

function end(call, cause) {
  clearTimeout(call.timer);
  const wasAnswered = call.state === "in_call", station = stations.get(call.station), partner = partners.get(call.partner);
  partner.queue = partner.queue.filter((other) => other !== call);
  call.state = wasAnswered ? "wrap_up" : "closed";
  save(call);
  const message = { type: "call_ended", call_id: call.id, outcome: wasAnswered ? "completed" : "abandoned", cause };
  toKiosk(call, message);
  toStation(call, message);
  if (!wasAnswered) forget(call);
  if (station) setStation(station, wasAnswered ? "wrap_up" : "available");
}

function forget(call) {
  calls.delete(call.id);
  requests.delete(`${call.kiosk} ${call.request}`);
}

const fromKiosk = {
  place_call(kiosk, { request_id, partner_id }) {
    const partner = partners.get(partner_id);
    if (!partner) return tell(kiosk.socket, { type: "call_refused", request_id, reason: "unknown_partner" });
    let call = requests.get(`${kiosk.id} ${request_id}`);
    if (!call) {
      call = { id: randomBytes(12).toString("hex"), request: request_id, kiosk: kiosk.id, partner: partner_id, station: null,
        state: "queued", offerNo: 0, queuedAt: Date.now() / 1000, timer: null };
      calls.set(call.id, call);
      requests.set(`${kiosk.id} ${request_id}`, call);
      partner.queue.push(call);
      save(call);
    }
    tell(kiosk.socket, { type: "call_queued", request_id, call_id: call.id, position: partner.queue.indexOf(call) + 1 || 1 });
    route(partner);
  },
  hang_up: (kiosk, { call_id }) => inCall(call_id, (call) => call.kiosk === kiosk.id && end(call, "usager_hung_up")),
  description: (kiosk, message) => inCall(message.call_id, (call) => call.kiosk === kiosk.id && toStation(call, message)),
  candidate: (kiosk, message) => inCall(message.call_id, (call) => call.kiosk === kiosk.id && toStation(call, message)),
  report_media: (kiosk, message) => inCall(message.call_id, (call) => {
    if (call.state === "connecting") save(Object.assign(call, { state: "in_call" }));
    toStation(call, message);
  }),
};
const fromStation = {
  set_availability: (station, { state }) => setStation(station, state),
  accept_offer: (station, { call_id, offer_no }) => inCall(call_id, (call) => {
    if (call.state !== "offered" || call.station !== station.id || call.offerNo !== offer_no) return;
    clearTimeout(call.timer);
    save(Object.assign(call, { state: "connecting" }));
    station.state = "in_call";
    const message = { type: "call_accepted", call_id, peer_no: 1, agent_name: station.id, ice_servers: [] };
    toKiosk(call, message);
    toStation(call, message);
    tell(station.socket, { type: "station_changed", state: "in_call" });
  }),
  decline_offer: (station, { call_id }) => inCall(call_id, (call) => call.state === "offered" && call.station === station.id && withdraw(call, "declined")),
  hang_up: (station, { call_id }) => inCall(call_id, (call) => call.station === station.id && end(call, "agent_hung_up")),
  description: (station, message) => inCall(message.call_id, (call) => call.station === station.id && toKiosk(call, message)),
  candidate: (station, message) => inCall(message.call_id, (call) => call.station === station.id && toKiosk(call, message)),
  finish_wrap_up: (station, { call_id }) => inCall(call_id, (call) => {
    if (call.state !== "wrap_up" || call.station !== station.id) return;
    save(Object.assign(call, { state: "closed" }));
    forget(call);
    setStation(station, "available");
  }),
};
const inCall = (callId, work) => calls.has(callId) && work(calls.get(callId));

io.on("connection", (socket) => {
  const { kiosk: kioskId, station: stationId, cookie } = socket.handshake.auth;
  if (stationId) {
    const known = network.stations[stationId];
    if (!known || createHash("sha256").update(cookie ?? "").digest("hex") !== known.token) return socket.disconnect(true);
    const station = { id: stationId, partner: known.partner, socket, state: "away" };
    stations.set(stationId, station);
    socket.join(known.partner);
    socket.on("m", (message) => fromStation[message.type]?.(station, message));
    socket.on("disconnect", () => stations.get(stationId) === station && (setStation(station, "offline"), stations.delete(stationId)));
    return tell(socket, { type: "welcome_station", station_id: stationId, state: "away" });
  }
  const nonce = randomBytes(32).toString("base64");
  tell(socket, { type: "challenge", nonce });
  socket.once("m", (hello) => {
    const raw = network.kiosks[kioskId];
    const key = raw && createPublicKey({ key: Buffer.concat([DER_HEAD, Buffer.from(raw, "base64")]), format: "der", type: "spki" });
    const said = Buffer.from(`${HELLO}${kioskId}\0${nonce}`);
    if (!key || !verify(null, said, key, Buffer.from(hello.signature, "base64"))) return socket.disconnect(true);
    const kiosk = { id: kioskId, socket };
    kiosks.set(kioskId, kiosk);
    socket.join("kiosks");
    socket.on("m", (message) => fromKiosk[message.type]?.(kiosk, message));
    socket.on("disconnect", () => kiosks.get(kioskId) === kiosk && kiosks.delete(kioskId));
    const tiles = [...partners.values()].map((p) => ({ partner_id: p.id, state: p.free.length ? "free" : "busy", waiting: p.queue.length }));
    tell(socket, { type: "welcome_kiosk", kiosk_id: kioskId, partners: network.cards, tiles });
  });
});
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
