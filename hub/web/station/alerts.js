/**
 * Making a call noticed: ring, notification, title, icon. All of it stops when the offer is gone; a call that was
 * missed leaves a notification of its own, for whoever has another window in front.
 */

import { t } from "../shared/texts.js";

const ICON = "/web/station/icon.svg";
const RINGING_ICON = "/web/station/icon-ring.svg";
const BLINK_MS = 1000;

export class Alerts {
  #ring;
  #favicon = document.getElementById("favicon");
  #offer = null;
  #notification = null;
  #missedSite = null;
  #timer = null;

  constructor({ ring }) {
    this.#ring = ring;
  }

  /**
   * Tell about `offer` (null: none). The same offer again changes nothing, but a ring that was blocked starts.
   * `missedSite`: where the call came from that paused this station, null when none did.
   */
  update(offer, title, missedSite = null) {
    const isSame = this.#offer?.card.call_id === offer?.card.call_id && this.#offer?.offerNo === offer?.offerNo;
    if (!offer) {
      if (this.#offer) this.#stop();
      this.#offer = null;
      this.#tellMissed(missedSite);
      if (document.title !== title) document.title = title;
      return;
    }
    if (offer.answering) this.#ring.stop();
    else if (!this.#ring.isRinging && this.#ring.isReady) this.#ring.start();
    if (isSame) return;
    this.#stop();
    this.#missedSite = null;
    this.#offer = offer;
    if (this.#ring.isReady) this.#ring.start();
    this.#favicon.href = RINGING_ICON;
    this.#blink(t("ring.page_title", { site: offer.card.site_name }), t("ring.page_title_other"));
    const motif = offer.card.motif?.label ?? t("ring.no_motif");
    this.#notify(t("ring.title", { site: offer.card.site_name }), t("ring.notification", { motif }));
  }

  #blink(title, other) {
    let first = true;
    const turn = () => {
      document.title = first ? title : other;
      first = !first;
    };
    turn();
    this.#timer = setInterval(turn, BLINK_MS);
  }

  #tellMissed(site) {
    if (site === this.#missedSite) return;
    this.#missedSite = site;
    this.#notification?.close();
    this.#notification = null;
    if (site === null) return;
    this.#notify(`${t("missed.title")}\u00a0: ${site}`, t("missed.notification"));
  }

  #notify(title, body) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      this.#notification = new Notification(title, {
        body,
        icon: RINGING_ICON,
        tag: "visio-relais-call",
        requireInteraction: true,
      });
    } catch {
      return; // some systems allow notifications only to service workers: ring and title do without
    }
    this.#notification.onclick = () => {
      window.focus();
      this.#notification?.close();
    };
  }

  #stop() {
    this.#ring.stop();
    clearInterval(this.#timer);
    this.#timer = null;
    this.#notification?.close();
    this.#notification = null;
    this.#favicon.href = ICON;
  }
}
