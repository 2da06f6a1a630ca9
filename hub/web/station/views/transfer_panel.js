/**
 * « Transférer »: whom to, then which of two ways. Beside the call, never over it: the usager stays in view.
 *
 * The list moves while it is shown (colleagues come and go): choice and focus stay where they are.
 */

import { h, reconcile, setAttribute, setShown, setText } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";
import { choicesOf, isLive } from "../call_transfer.js";

const GROUPS = ["station", "pool", "partner"];
const keyOf = ({ kind, id }) => `${kind}:${id}`;

function stateInWords(choice) {
  if (choice.kind !== "pool") return t(`transfer.state.${choice.state}`);
  return choice.available > 0 ? t("transfer.available", { n: choice.available }) : t("transfer.nobody_free");
}

function createChoiceRow(choice, onchange) {
  const key = keyOf(choice);
  const radio = h("input", { type: "radio", name: "transfer-to", id: `transfer-${key}`, value: key, onchange });
  const name = h("span", { class: "choice-name" });
  const state = h("span", { class: "choice-state" });
  const element = h("li", { class: "choice" }, h("label", { for: radio.id }, radio, name, state));
  return {
    element,
    radio,
    update(current) {
      setText(name, current.detail ? t("transfer.name", current) : current.name);
      setText(state, stateInWords(current));
      setAttribute(element, "data-state", current.state);
      radio.disabled = !current.isPossible;
      if (radio.disabled) radio.checked = false;
    },
  };
}

function createGroup(kind, onchange) {
  const list = h("ul", { class: "choices" });
  const element = h("fieldset", { class: "choice-group" }, h("legend", { text: t(`transfer.group.${kind}`) }), list);
  return {
    element,
    update(choices) {
      setShown(element, choices.length > 0);
      reconcile(list, choices, keyOf, (choice) => createChoiceRow(choice, onchange));
    },
  };
}

function createWay(name, onclick) {
  const button = h("button", { type: "button", class: "big", id: `transfer-${name}`, text: t(`transfer.${name}`), onclick });
  const what = h("p", { class: "hint", id: `transfer-${name}-what`, text: t(`transfer.${name}.what`) });
  setAttribute(button, "aria-describedby", what.id);
  return { element: h("div", { class: "way" }, button, what), button };
}

/**
 * `transfers` is the TransferDesk; `onSent()` takes the focus over when a transfer was asked for.
 * `button` opens the panel from where the call's other buttons are.
 */
export function createTransferPanel({ transfers, onSent }) {
  let choices = [];
  let chosen = null;
  let wasReady = false;

  const title = h("h2", { id: "transfer-title", tabindex: "-1", text: t("transfer.title") });
  const closeButton = h("button", { type: "button", class: "quiet", text: t("action.close"), onclick: () => close() });
  const loading = h("p", { class: "hint", role: "status", text: t("transfer.loading") });
  const empty = h("p", { class: "banner note", id: "transfer-empty", role: "status", text: t("transfer.empty") });
  const retry = h("button", { type: "button", text: t("transfer.retry"), onclick: () => open() });
  const unreachable = h("div", { class: "problem", role: "alert" }, h("p", { text: t("transfer.unreachable") }), retry);
  const groups = Object.fromEntries(GROUPS.map((kind) => [kind, createGroup(kind, () => choose())]));
  const problem = h("p", { class: "problem", role: "alert", id: "transfer-problem", hidden: true });
  const motif = h("select", { id: "transfer-motif" });
  const motifRow = h("div", { class: "field" }, h("label", { for: "transfer-motif", text: t("transfer.motif") }), motif);
  const papers = h("p", { class: "hint", id: "transfer-papers" });
  const pending = h("p", { class: "banner warning", id: "transfer-pending", role: "status" });
  const now = createWay("now", () => go(false));
  const wait = createWay("wait", () => go(true));
  const body = h(
    "div",
    { class: "transfer-body" },
    h("div", { class: "choice-groups", role: "group", "aria-label": t("transfer.to_whom") }, GROUPS.map((kind) => groups[kind].element)),
    h("div", { class: "ways" }, motifRow, problem, wait.element, now.element, pending, papers),
  );
  const element = h(
    "section",
    { class: "panel transfer", id: "transfer", "aria-labelledby": "transfer-title", hidden: true },
    h("div", { class: "row transfer-head" }, title, h("span", { class: "spacer" }), closeButton),
    loading,
    unreachable,
    empty,
    body,
  );
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });

  const button = h("button", {
    type: "button",
    id: "transfer-open",
    text: t("transfer.open"),
    "aria-expanded": "false",
    "aria-controls": "transfer",
    onclick: () => (element.hidden ? open() : close()),
  });

  const radios = () => [...body.querySelectorAll('input[type="radio"]:not(:disabled)')];

  function open() {
    chosen = null;
    wasReady = false;
    setShown(problem, false);
    for (const radio of radios()) radio.checked = false;
    setShown(element, true);
    setAttribute(button, "aria-expanded", "true");
    transfers.targets.open();
    title.focus();
  }

  function close({ focus = true } = {}) {
    if (element.hidden) return;
    setShown(element, false);
    setAttribute(button, "aria-expanded", "false");
    transfers.targets.close();
    if (focus) button.focus();
  }

  function complain(sentence) {
    setText(problem, sentence);
    setShown(problem, true);
  }

  function fillMotifs(choice) {
    const motifs = choice?.motifs ?? [];
    motif.replaceChildren(
      h("option", { value: "", text: t("wrap_up.no_motif") }),
      ...motifs.map(({ id, label }) => h("option", { value: id, text: label })),
    );
    setShown(motifRow, motifs.length > 0);
  }

  function choose() {
    const key = body.querySelector("input:checked")?.value;
    chosen = choices.find((choice) => keyOf(choice) === key) ?? null;
    setShown(problem, false);
    fillMotifs(chosen);
  }

  function go(announced) {
    if (!chosen) {
      complain(t("transfer.choose_first"));
      radios()[0]?.focus();
      return;
    }
    const { kind, id, name } = chosen;
    const target = { kind, id, motif_id: kind === "partner" && motif.value ? motif.value : null };
    close({ focus: false });
    transfers.pass({ target, to: name, announced });
    onSent();
  }

  function show({ status, value }) {
    setShown(loading, status === "loading");
    setShown(unreachable, status === "failed");
    const byGroup = value === null ? { station: [], pool: [], partner: [] } : choicesOf(value);
    choices = Object.values(byGroup).flat();
    const isPossible = choices.some((choice) => choice.isPossible);
    setShown(empty, status === "ready" && !isPossible);
    setShown(body, status === "ready" && choices.length > 0);
    for (const kind of GROUPS) groups[kind].update(byGroup[kind]);
    for (const way of [wait, now]) setShown(way.element, isPossible);
    if (chosen && !choices.some((choice) => keyOf(choice) === keyOf(chosen) && choice.isPossible)) {
      complain(t("transfer.choose_again", { to: chosen.name }));
      chosen = null;
      fillMotifs(null);
    }
    if (status === "ready" && !wasReady) {
      wasReady = true;
      fillMotifs(null);
      // The list is there: whoever opened it by keyboard is already on its first line.
      if (document.activeElement === title) radios()[0]?.focus();
    }
  }

  return {
    element,
    button,
    open,
    update({ call, transfer }, { documents }) {
      setShown(button, call !== null);
      button.disabled = isLive(transfer);
      if (call === null || isLive(transfer)) close({ focus: false });
      if (element.hidden) return;
      show(transfers.targets);
      const { pages } = documents;
      setText(papers, pages.length ? t("transfer.papers_kept", { n: pages.length }) : t("transfer.papers"));
      const { openCount } = documents;
      setShown(pending, openCount > 0);
      if (openCount) setText(pending, t("transfer.pending", { n: openCount }));
    },
  };
}
