/**
 * The papers of one call: requests, pages received, files to print. In memory only, erased after wrap-up.
 */

const CLOSED_SCANS = ["declined", "done", "cancelled", "interrupted"];
const CLOSED_PRINTS = ["declined", "printed", "cancelled", "refused", "interrupted"];

export class Documents {
  requests = [];
  pages = [];
  prints = [];
  /** Something arrived in this call before the page was reloaded, and is gone. */
  lostByReload = false;
  #onChange;
  #nextPage = 1;

  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange;
  }

  get isEmpty() {
    return this.pages.length === 0 && this.requests.length === 0 && this.prints.length === 0;
  }

  /** Requests and prints that are not over. */
  get openCount() {
    return this.requests.filter(Documents.isRequestOpen).length + this.prints.filter(Documents.isPrintOpen).length;
  }

  // ---- requests for a paper ------------------------------------------------------------------------------

  addRequest({ scanId, title, pages, colour }) {
    const request = { scanId, title, pages, colour, step: "asked", pagesSent: 0, device: null, arriving: null };
    this.requests = [...this.requests, { ...request, cancelling: false }];
    this.#onChange();
  }

  /** The kiosk's word on a request. A request of before a reload is listed again under a general name. */
  moveRequest(message) {
    this.#changeRequest(message.scan_id, {
      step: message.step,
      pagesSent: message.pages_sent,
      device: message.device,
      ...(message.step === "scanning" || message.step === "previewing" ? {} : { arriving: null }),
    });
  }

  markCancelling(scanId) {
    this.#changeRequest(scanId, { cancelling: true });
  }

  markArriving(scanId, fraction) {
    this.#changeRequest(scanId, { arriving: fraction });
  }

  markBroken(scanId) {
    this.#changeRequest(scanId, { broken: true, arriving: null });
  }

  static isRequestOpen(request) {
    return !CLOSED_SCANS.includes(request.step);
  }

  /** Requests that the kiosk may not have had, to say again on a new connection. */
  get unheardRequests() {
    return this.requests.filter((request) => request.step === "asked");
  }

  #changeRequest(scanId, change) {
    if (!this.requests.some((request) => request.scanId === scanId)) {
      this.requests = [
        ...this.requests,
        { scanId, title: "", pages: 0, colour: false, step: "seen", pagesSent: 0, device: null, cancelling: false },
      ];
    }
    this.requests = this.requests.map((r) => (r.scanId === scanId ? { ...r, ...change } : r));
    this.#onChange();
  }

  // ---- pages ---------------------------------------------------------------------------------------------

  /** A page was opened. `jpeg` is a Uint8Array. */
  addPage({ transferId, scanId, pageNo, jpeg, widthPx, heightPx, dpi }) {
    const request = this.requests.find((r) => r.scanId === scanId);
    const page = {
      id: transferId,
      number: this.#nextPage,
      title: request?.title ?? "",
      pageNo,
      jpeg,
      url: URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" })),
      widthPx,
      heightPx,
      dpi,
      rotation: 0,
      downloaded: false,
    };
    this.#nextPage += 1;
    this.pages = [...this.pages, page];
    if (request) this.#changeRequest(scanId, { arriving: null, broken: false });
    this.#onChange();
    return page;
  }

  rotatePage(id, degrees) {
    this.pages = this.pages.map((page) =>
      page.id === id ? { ...page, rotation: (page.rotation + degrees + 360) % 360 } : page,
    );
    this.#onChange();
  }

  /** Move a page by `by` places (-1: earlier). */
  movePage(id, by) {
    const from = this.pages.findIndex((page) => page.id === id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= this.pages.length) return false;
    const pages = [...this.pages];
    pages.splice(to, 0, ...pages.splice(from, 1));
    this.pages = pages;
    this.#onChange();
    return true;
  }

  markDownloaded(ids) {
    this.pages = this.pages.map((page) => (ids.includes(page.id) ? { ...page, downloaded: true } : page));
    this.#onChange();
  }

  removePage(id) {
    const page = this.pages.find((known) => known.id === id);
    if (!page) return;
    URL.revokeObjectURL(page.url);
    this.pages = this.pages.filter((known) => known.id !== id);
    this.#onChange();
  }

  // ---- files to print ------------------------------------------------------------------------------------

  addPrint({ printId, title, size }) {
    const print = { printId, title, size, step: "sending", sent: 0, page: 0, pages: 0, device: null, refusal: null };
    this.prints = [...this.prints, { ...print, cancelling: false }];
    this.#onChange();
  }

  markSent(printId, fraction) {
    this.#changePrint(printId, { sent: fraction });
  }

  movePrint(message) {
    this.#changePrint(message.print_id, {
      step: message.step,
      page: message.page,
      pages: message.pages,
      device: message.device,
      refusal: message.refusal,
    });
  }

  markPrintCancelling(printId) {
    this.#changePrint(printId, { cancelling: true });
  }

  static isPrintOpen(print) {
    return !CLOSED_PRINTS.includes(print.step);
  }

  #changePrint(printId, change) {
    this.prints = this.prints.map((p) => (p.printId === printId ? { ...p, ...change } : p));
    this.#onChange();
  }

  /** The call is over: what was still on its way will not come any more. */
  interrupt() {
    const end = (entry, isOpen) => (isOpen(entry) ? { ...entry, step: "interrupted", arriving: null } : entry);
    this.requests = this.requests.map((request) => end(request, Documents.isRequestOpen));
    this.prints = this.prints.map((print) => end(print, Documents.isPrintOpen));
    this.#onChange();
  }

  /** Erase everything. */
  clear() {
    for (const page of this.pages) {
      URL.revokeObjectURL(page.url);
      page.jpeg.fill(0);
    }
    this.requests = [];
    this.pages = [];
    this.prints = [];
    this.lostByReload = false;
    this.#nextPage = 1;
    this.#onChange();
  }
}
