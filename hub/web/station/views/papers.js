/** Asking for papers and sending files to the kiosk's printer, with how far each has come, in words. */

import { h, reconcile, setAttribute, setShown, setText } from "../../shared/dom.js";
import { MAX_SCAN_PAGES, TITLE_LENGTH } from "../../shared/conversation.js";
import { t } from "../../shared/texts.js";
import { Documents } from "../documents.js";

const PRESETS = [
  { name: "identity", pages: 2, colour: true },
  { name: "tax", pages: 4, colour: false },
  { name: "address", pages: 1, colour: false },
  { name: "bank", pages: 1, colour: false },
  { name: "family", pages: 4, colour: false },
  { name: "payslip", pages: 1, colour: false },
];

const percent = (fraction) => Math.round(fraction * 100);

/** « Numérisation en cours, page scellée reçue à 40 % ». */
export function requestInWords(request) {
  if (request.broken) return t("scan.broken");
  if (request.cancelling && Documents.isRequestOpen(request)) return t("scan.cancelling");
  const values = { n: request.pagesSent, device: t(`device.${request.device ?? "failed"}`) };
  const words = t(`scan.${request.step}`, values);
  const arriving = request.arriving !== null && request.arriving !== undefined && request.arriving < 1;
  return arriving ? `${words}, ${t("scan.arriving", { n: percent(request.arriving) })}` : words;
}

/** The same for a file to print. */
export function printInWords(print) {
  if (print.cancelling && Documents.isPrintOpen(print)) return t("print.cancelling");
  const device = t(`device.${print.device ?? "failed"}`);
  switch (print.step) {
    case "sending":
    case "receiving":
      return t(`print.${print.step}`, { n: percent(print.sent) });
    case "printing":
      return print.page && print.pages ? t("print.printing_page", { page: print.page, pages: print.pages }) : t("print.printing");
    case "printed":
      return print.pages ? t("print.printed", { n: print.pages }) : t("print.printed_unknown");
    case "refused":
      return t(`print.refused.${print.refusal ?? "unreadable"}`);
    default:
      return t(`print.${print.step}`, { device });
  }
}

function createStatusRow({ cancelLabel, cancel }) {
  const title = h("span", { class: "status-title" });
  const words = h("span", { class: "status-words" });
  const button = h("button", { type: "button", class: "quiet", text: t("action.cancel"), "aria-label": cancelLabel, onclick: cancel });
  const element = h("li", { class: "status" }, title, words, button);
  return {
    element,
    set({ name, sentence, tone, isOpen }) {
      setText(title, name);
      setText(words, sentence);
      setAttribute(element, "data-tone", tone);
      setShown(button, isOpen);
    },
  };
}

function toneOf(step) {
  if (["done", "printed"].includes(step)) return "good";
  if (["declined", "refused", "problem", "interrupted"].includes(step)) return "bad";
  return null;
}

function createAskForm({ actions, close }) {
  const other = h("input", { id: "ask-other", type: "text", maxlength: TITLE_LENGTH, autocomplete: "off" });
  const pages = h("input", { id: "ask-pages", type: "number", min: 1, max: MAX_SCAN_PAGES, value: 1 });
  const grey = h("input", { type: "radio", name: "ask-colour", id: "ask-grey", checked: true });
  const colour = h("input", { type: "radio", name: "ask-colour", id: "ask-colour" });
  const error = h("p", { class: "problem", role: "alert", hidden: true });
  let preset = null;
  const buttons = PRESETS.map((choice) =>
    h("button", {
      type: "button",
      "aria-pressed": "false",
      text: t(`papers.preset.${choice.name}`),
      onclick: () => select(choice),
    }),
  );
  function select(choice) {
    preset = choice;
    buttons.forEach((button, index) => setAttribute(button, "aria-pressed", String(PRESETS[index] === choice)));
    if (!choice) return;
    other.value = "";
    pages.value = String(choice.pages);
    colour.checked = choice.colour;
    grey.checked = !choice.colour;
  }
  other.addEventListener("input", () => select(null));

  const fail = (sentence) => {
    setText(error, sentence);
    setShown(error, true);
  };
  const form = h(
    "form",
    {
      class: "panel ask",
      id: "ask-form",
      hidden: true,
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const title = preset ? t(`papers.preset.${preset.name}`) : other.value.trim();
        if (!title) {
          fail(t("papers.ask_empty"));
          other.focus();
          return;
        }
        const count = Math.min(MAX_SCAN_PAGES, Math.max(1, Number.parseInt(pages.value, 10) || 1));
        if (!actions.requestScan({ title, pages: count, colour: colour.checked })) {
          fail(t("papers.no_line"));
          return;
        }
        setShown(error, false);
        select(null);
        other.value = "";
        pages.value = "1";
        grey.checked = true;
        close();
      },
    },
    h("p", { class: "label", text: t("papers.ask_what") }),
    h("div", { class: "row presets" }, buttons),
    h(
      "div",
      { class: "fields" },
      h("div", { class: "field grow" }, h("label", { for: "ask-other", text: t("papers.ask_other") }), other),
      h("div", { class: "field short" }, h("label", { for: "ask-pages", text: t("papers.ask_pages") }), pages),
    ),
    h(
      "div",
      { class: "row" },
      h("label", { class: "inline", for: "ask-grey" }, grey, t("papers.ask_grey")),
      h("label", { class: "inline", for: "ask-colour" }, colour, t("papers.ask_colour")),
      h("span", { class: "spacer" }),
      h("button", { type: "submit", class: "primary", text: t("papers.ask_send") }),
    ),
    error,
  );
  return { element: form, focus: () => buttons[0].focus(), reset: () => setShown(error, false) };
}

export function createPapers({ actions, viewer }) {
  const ask = h("button", { type: "button", class: "primary", id: "ask-paper", "aria-expanded": "false", onclick: () => toggleAsk() });
  setText(ask, t("papers.ask"));
  const form = createAskForm({ actions, close: () => toggleAsk(false) });
  function toggleAsk(open = form.element.hidden) {
    setShown(form.element, open);
    setAttribute(ask, "aria-expanded", String(open));
    form.reset();
    if (open) form.focus();
    else ask.focus();
  }
  form.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggleAsk(false);
  });

  const problem = h("p", { class: "problem", role: "alert", hidden: true, id: "print-problem" });
  const file = h("input", {
    id: "print-file",
    type: "file",
    class: "sr-only",
    tabindex: "-1",
    accept: "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png",
    "aria-label": t("papers.print_choose"),
    onchange: async () => {
      const chosen = file.files[0];
      file.value = "";
      if (!chosen) return;
      const refusal = await actions.printFile(chosen);
      setShown(problem, refusal !== null);
      setText(problem, refusal ?? "");
    },
  });
  const print = h("button", { type: "button", id: "print-at-kiosk", text: t("papers.print"), title: t("papers.print_choose"), onclick: () => file.click() });
  const lost = h("p", { class: "banner note", id: "lost-by-reload", hidden: true, text: t("papers.lost_by_reload") });

  const requests = h("ul", { class: "statuses", id: "scan-requests", "aria-label": t("papers.requests") });
  const prints = h("ul", { class: "statuses", id: "print-jobs", "aria-label": t("papers.prints") });

  const element = h(
    "section",
    { class: "papers", "aria-label": t("papers.title") },
    h("div", { class: "row papers-actions" }, ask, print, file, h("span", { class: "hint grow", text: t("papers.private") })),
    problem,
    form.element,
    lost,
    requests,
    prints,
    viewer.element,
  );

  function makeRequest(request) {
    const row = createStatusRow({ cancelLabel: t("papers.cancel_request"), cancel: () => actions.cancelScan(request.scanId) });
    return {
      element: row.element,
      update(current) {
        const { title, pages } = current;
        const detail = t("papers.request.pages", { n: pages, colour: t(current.colour ? "papers.colour" : "papers.grey") });
        row.set({
          name: title ? `${title} (${detail})` : t("papers.request_unknown"),
          sentence: requestInWords(current),
          tone: toneOf(current.step),
          isOpen: actions.isInCall() && Documents.isRequestOpen(current) && !current.cancelling,
        });
      },
    };
  }

  function makePrint(job) {
    const row = createStatusRow({ cancelLabel: t("papers.cancel_print"), cancel: () => actions.cancelPrint(job.printId) });
    return {
      element: row.element,
      update(current) {
        row.set({
          name: current.title,
          sentence: printInWords(current),
          tone: toneOf(current.step),
          isOpen: actions.isInCall() && Documents.isPrintOpen(current) && !current.cancelling,
        });
      },
    };
  }

  return {
    element,
    update({ call }, { documents, status }) {
      const inCall = call !== null;
      setShown(ask, inCall);
      setShown(print, inCall);
      print.disabled = !status?.canTalk;
      ask.disabled = !status?.canTalk;
      if (!inCall && !form.element.hidden) {
        setShown(form.element, false);
        setAttribute(ask, "aria-expanded", "false");
      }
      if (!inCall) setShown(problem, false);
      setShown(lost, documents.lostByReload);
      reconcile(requests, documents.requests, (request) => request.scanId, makeRequest);
      reconcile(prints, documents.prints, (job) => job.printId, makePrint);
      setShown(requests, documents.requests.length > 0);
      setShown(prints, documents.prints.length > 0);
      viewer.update(documents);
    },
  };
}
