/** The station page, put together: what the agent does, what the hub says, what follows from it. */

import { LinkState } from "../shared/link.js";
import { Ring } from "../shared/ring.js";
import { hasText, t } from "../shared/texts.js";
import { Alerts } from "./alerts.js";
import { Api, ApiError } from "./api.js";
import { Documents } from "./documents.js";
import { downloadPdf } from "./download.js";
import { createFrame, pageTitle } from "./frame.js";
import { LiveCall } from "./live_call.js";
import { Loader } from "./loader.js";
import { PostCheck } from "./post_check.js";
import { PostMemory } from "./post_memory.js";
import { Preferences } from "./preferences.js";
import { sendToPrinter } from "./printing.js";
import { listenToKeys } from "./shortcuts.js";
import { SoundGuard } from "./sound_guard.js";
import { initialState, isPausedByMiss, Phase, reduce } from "./state.js";
import { TabLock } from "./tab_lock.js";
import { Tenure } from "./tenure.js";
import { TransferDesk } from "./transfer_desk.js";
import { WakeLock } from "./wake_lock.js";

const TOAST_MS = 8000;
/** The kiosk tells the hub itself that it hung up; if it cannot, we do. */
const SECOND_HAND_MS = 3000;

class Station {
  #state = initialState();
  #preferences = new Preferences(globalThis.localStorage);
  #memory = new PostMemory(globalThis.sessionStorage);
  #api = new Api();
  #ring = new Ring({ onState: (ready) => this.#soundChanged(ready) });
  #guard = new SoundGuard({
    ring: this.#ring,
    state: () => this.#state,
    setAvailability: (state, reason) => this.#setAvailability(state, reason),
    onChange: () => this.#render(),
  });
  #alerts = new Alerts({ ring: this.#ring });
  #wakeLock = new WakeLock();
  #documents = new Documents({ onChange: () => this.#render() });
  #tabLock = new TabLock({ onTaken: () => this.#leaveTo(Phase.REPLACED) });
  #tenure = new Tenure({
    onMessage: (message) => this.#heard(message),
    onLink: (state, details) => this.#linkChanged(state, details),
    checkSession: () => this.#api.isSignedIn(),
  });
  #check = new PostCheck({
    ring: this.#ring,
    preferences: this.#preferences,
    measure: () => this.#takeAndMeasure(),
    onChange: () => this.#render(),
    onPassed: () => this.#takePost(),
  });
  #transfers = new TransferDesk({
    state: () => this.#state,
    dispatch: (event) => this.#dispatch(event),
    send: (type, fields) => this.#tenure.send(type, fields),
    loadTargets: () => this.#api.transferTargets(this.#state.station.id),
    say: (sentence) => this.#say(sentence),
    onChange: () => this.#render(),
  });
  #today = new Loader({ load: () => this.#api.history(this.#state.station.id), onChange: () => this.#render() });
  #live = null;
  #wanted = { stationId: "", takeOver: false };
  #toast = { text: "", untilMs: 0 };
  #renderAsked = false;
  #frame = createFrame({
    actions: this.#actions(),
    check: this.#check,
    preferences: this.#preferences,
    ring: this.#ring,
    transfers: this.#transfers,
    today: this.#today,
  });

  async start() {
    this.#ring.setVolume(this.#preferences.get("volume"));
    this.#ring.setOutput(this.#preferences.get("output"));
    this.#listen();
    this.#render();
    if (!globalThis.isSecureContext || !navigator.mediaDevices || !navigator.locks) {
      this.#dispatch({ type: "phase_changed", phase: Phase.INSECURE });
      return;
    }
    if (await this.#tabLock.acquire()) await this.#enter();
    else this.#dispatch({ type: "phase_changed", phase: Phase.OTHER_TAB });
  }

  // ---- coming in and going out -----------------------------------------------------------------------------

  async #enter() {
    this.#dispatch({ type: "phase_changed", phase: Phase.LOADING });
    let me = null;
    try {
      // Asked only when somebody was signed in: a refusal would be an error in the browser's console.
      me = this.#preferences.get("signed_in") ? await this.#api.me() : null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#say(t("error.unavailable"));
    }
    if (!me) {
      this.#dispatch({ type: "phase_changed", phase: Phase.SIGNING_IN });
      return;
    }
    this.#dispatch({ type: "history_restored", history: this.#memory.history });
    const stationId = this.#memory.stationId;
    this.#dispatch({ type: "signed_in", me });
    if (!stationId || !me.stations.some((place) => place.id === stationId)) return;
    this.#dispatch({ type: "phase_changed", phase: Phase.ON_POST });
    this.#ring.unlock();
    try {
      await this.#tenure.take(stationId, { takeOver: true });
      if (!this.#ring.isReady) this.#soundChanged(false);
    } catch (error) {
      if (!error.code) throw error;
      this.#memory.forgetPost();
      this.#dispatch({ type: "phase_changed", phase: Phase.TAKING_POST });
      this.#say(t(error.code === "conflict" ? "post.network.conflict" : "post.network.fail"));
    }
  }

  async #signIn(email, password) {
    const me = await this.#api.signIn(email, password);
    this.#preferences.set("signed_in", true);
    this.#dispatch({ type: "signed_in", me });
  }

  async #signOut() {
    this.#tenure.leave();
    this.#check.reset();
    this.#memory.forget();
    this.#documents.clear();
    this.#preferences.set("signed_in", false);
    try {
      await this.#api.signOut();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    this.#dispatch({ type: "signed_out" });
  }

  #leaveTo(phase) {
    this.#tenure.leave();
    this.#check.reset();
    this.#memory.forgetPost();
    this.#dispatch({ type: "post_left" });
    this.#dispatch({ type: "phase_changed", phase });
  }

  async #takeHere() {
    const last = this.#tenure.lastStation || this.#preferences.get("station");
    await this.#tabLock.takeOver();
    if (last) this.#memory.rememberPost(last);
    await this.#enter();
  }

  // ---- taking the post -------------------------------------------------------------------------------------

  #startCheck(stationId, { takeOver = false } = {}) {
    this.#wanted = { stationId, takeOver };
    this.#check.start();
  }

  async #takeAndMeasure() {
    const { stationId, takeOver } = this.#wanted;
    await this.#tenure.take(stationId, { takeOver });
    return this.#api.roundTripMs();
  }

  #takePost() {
    if (this.#state.phase !== Phase.TAKING_POST || !this.#state.station) return;
    const { id } = this.#state.station;
    this.#check.close();
    this.#check.reset();
    this.#preferences.set("station", id);
    this.#memory.rememberPost(id);
    this.#dispatch({ type: "phase_changed", phase: Phase.ON_POST });
    this.#setAvailability("available");
  }

  #setAvailability(state, reason = null) {
    this.#tellHub("set_availability", { state, away_reason: reason });
  }

  #soundChanged(ready) {
    this.#dispatch({ type: "sound_changed", ready });
    if (!ready) this.#guard.check();
  }

  // ---- the hub ---------------------------------------------------------------------------------------------

  #tellHub(type, fields) {
    if (this.#tenure.send(type, fields)) return true;
    this.#say(t("error.offline"));
    return false;
  }

  #linkChanged(link, { waitS = null }) {
    this.#dispatch({ type: "link_changed", link, waitS });
    if (link === LinkState.REPLACED) this.#leaveTo(Phase.REPLACED);
    if (link === LinkState.FORBIDDEN) {
      this.#signOut();
      this.#say(t("sign_in.error.signed_out"));
    }
  }

  #heard(message) {
    switch (message.type) {
      case "error":
        if (this.#transfers.isAnsweredBy(message)) return;
        this.#say(t(hasText(`error.${message.code}`) ? `error.${message.code}` : "error.refused"));
        return;
      case "description":
      case "candidate":
      case "report_media":
        if (this.#live?.callId === message.call_id) this.#live.relayed(message);
        return;
      case "welcome_station":
        this.#welcomed(message);
        return;
      default:
        this.#dispatch(message);
        if (message.type === "call_accepted" || message.type === "peer_renewed") this.#buildPeer(message);
    }
  }

  #welcomed(message) {
    const held = message.call;
    this.#dispatch(message);
    if (!held || !["connecting", "in_call"].includes(held.state)) return;
    this.#memory.rememberPost(message.station_id);
    const callId = held.card.call_id;
    if (this.#state.wrapUp?.callId === callId) this.#tenure.send("hang_up", { call_id: callId });
    else if (this.#live && this.#live.peerNo !== held.peer_no) this.#live.renew();
  }

  #buildPeer(message) {
    if (this.#live?.callId === message.call_id) this.#live.startPeer(message.peer_no, message.ice_servers);
  }

  // ---- the call --------------------------------------------------------------------------------------------

  #accept() {
    const { offer } = this.#state;
    if (!offer || offer.answering) return;
    if (!this.#tellHub("accept_offer", { call_id: offer.card.call_id, offer_no: offer.offerNo })) return;
    this.#dispatch({ type: "answering" });
  }

  #decline() {
    const { offer } = this.#state;
    if (offer) this.#tellHub("decline_offer", { call_id: offer.card.call_id, offer_no: offer.offerNo });
  }

  async #hangUp() {
    if (!(await this.#transfers.mayHangUp())) return;
    this.#live?.hangUp();
    this.#dispatch({ type: "call_closed", cause: "agent_hung_up" });
  }

  #kioskHungUp(callId) {
    this.#dispatch({ type: "call_closed", cause: "usager_hung_up" });
    setTimeout(() => {
      const { wrapUp } = this.#state;
      if (wrapUp?.callId === callId && wrapUp.offline) this.#tenure.send("hang_up", { call_id: callId });
    }, SECOND_HAND_MS);
  }

  #startLive(call) {
    this.#documents.clear();
    this.#documents.lostByReload = call.restored;
    this.#live = new LiveCall({
      callId: call.callId,
      send: (type, fields) => this.#tenure.send(type, fields),
      documents: this.#documents,
      choice: () => ({ audio: this.#preferences.get("audio"), video: this.#preferences.get("video") }),
      onChange: () => this.#render(),
      onKioskHungUp: () => this.#kioskHungUp(call.callId),
    });
    this.#live.openDevices();
    if (call.restored) this.#live.renew();
  }

  #chooseAfterCall(choice) {
    this.#dispatch({ type: "after_call_chosen", choice });
    if (choice === "available") this.#setAvailability("available");
    else this.#setAvailability("away", choice);
  }

  #finishWrapUp(choice) {
    const { wrapUp } = this.#state;
    if (!wrapUp) return;
    const sent = this.#tellHub("finish_wrap_up", { call_id: wrapUp.callId, ...choice });
    if (sent) this.#dispatch({ type: "wrap_up_sent" });
  }

  #download(pages) {
    downloadPdf(pages);
    this.#documents.markDownloaded(pages.map((page) => page.id));
  }

  // ---- consequences ----------------------------------------------------------------------------------------

  #dispatch(event) {
    const before = this.#state;
    const after = reduce(before, event, performance.now(), Date.now());
    this.#state = after;
    if (after.call?.callId !== before.call?.callId) {
      if (after.wrapUp?.cause === "transferred") this.#live?.cancelPapers();
      this.#transfers.callChanged();
      this.#live?.close();
      this.#live = null;
      this.#documents.interrupt();
      if (after.call) this.#startLive(after.call);
    }
    const closed = (before.wrapUp || before.call) && !after.wrapUp && !after.call;
    if (closed) {
      this.#documents.clear();
      this.#say(t("wrap_up.erased"));
    }
    if (after.history !== before.history) this.#memory.rememberHistory(after.history);
    this.#wakeLock.set(after.phase === Phase.ON_POST);
    // At once, not with the next painting: a ring must not wait, even in a hidden tab.
    this.#alerts.update(after.offer, pageTitle(after), isPausedByMiss(after) ? (after.missed?.site ?? null) : null);
    this.#render();
  }

  #say(text) {
    this.#toast = { text, untilMs: performance.now() + TOAST_MS };
    this.#render();
  }

  #render() {
    if (this.#renderAsked) return;
    this.#renderAsked = true;
    queueMicrotask(() => {
      this.#renderAsked = false;
      const now = performance.now();
      this.#frame.update(this.#state, now, {
        documents: this.#documents,
        status: this.#live?.status ?? null,
        toastText: now < this.#toast.untilMs ? this.#toast.text : "",
        microphoneGone: this.#guard.microphoneGone,
      });
    });
  }

  // ---- what the agent does ---------------------------------------------------------------------------------

  #actions() {
    return {
      signIn: (email, password) => this.#signIn(email, password),
      signOut: () => this.#signOut(),
      takeHere: () => this.#takeHere(),
      startCheck: (stationId, options) => this.#startCheck(stationId, options),
      leavePost: () => this.#leaveTo(Phase.TAKING_POST),
      hurry: () => this.#tenure.hurry(),
      restoreSound: () => this.#guard.restore(),
      setAvailable: () => this.#becomeAvailable(),
      setAway: (reason) => this.#setAvailability("away", reason),
      chooseAfterCall: (choice) => this.#chooseAfterCall(choice),
      accept: () => this.#accept(),
      decline: () => this.#decline(),
      toggle: (kind) => this.#live?.toggle(kind),
      hangUp: () => this.#hangUp(),
      isInCall: () => this.#state.call !== null,
      requestScan: (paper) => this.#live?.requestScan(paper) ?? false,
      cancelScan: (scanId) => this.#live?.cancelScan(scanId),
      printFile: (file) => sendToPrinter(file, () => this.#live),
      cancelPrint: (printId) => this.#live?.cancelPrint(printId),
      download: (pages) => this.#download(pages),
      finishWrapUp: (choice) => this.#finishWrapUp(choice),
      extendWrapUp: () => this.#tellHub("extend_wrap_up", { call_id: this.#state.wrapUp.callId }),
      announce: (sentence) => this.#frame.announce(sentence),
    };
  }

  async #becomeAvailable() {
    if (await this.#ring.unlock()) this.#setAvailability("available");
  }

  #listen() {
    listenToKeys(() => this.#keys(), { repeated: ["F4"] });
    this.#guard.watch();
    globalThis.addEventListener("online", () => this.#tenure.hurry());
    globalThis.addEventListener("beforeunload", (event) => {
      if (this.#documents.pages.some((page) => !page.downloaded)) event.preventDefault();
    });
    const crashed = () => this.#say(t("crash.text"));
    globalThis.addEventListener("error", crashed);
    globalThis.addEventListener("unhandledrejection", crashed);
    setInterval(() => this.#render(), 1000);
  }

  #keys() {
    const { offer, call } = this.#state;
    const back = isPausedByMiss(this.#state) && (() => this.#becomeAvailable());
    return {
      F2: offer ? () => this.#accept() : back,
      F4: call && ((event) => this.#frame.askHangUp(performance.now(), event.repeat)),
      F8: call && (() => this.#live?.toggle("audio")),
      F9: call && (() => this.#live?.toggle("video")),
    };
  }
}

await new Station().start();
