/** The pages received: a list to order, one page to read, as large and as straight as needed. */

import { h, reconcile, setAttribute, setShown, setText } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";
import { ask } from "./dialog.js";
import { icon } from "./icons.js";

export const ZOOM_STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4];
/** CSS pixels of an inch: 100 % is the size of the paper. */
const CSS_DPI = 96;
const PAN_PX = 60;

const isSideways = (page) => page.rotation % 180 !== 0;

/** Width and height of a page on screen at zoom 1, after its rotation. */
export function paperSize(page) {
  const width = (page.widthPx / page.dpi) * CSS_DPI;
  const height = (page.heightPx / page.dpi) * CSS_DPI;
  return isSideways(page) ? { width: height, height: width } : { width, height };
}

/** The next step of the scale above (+1) or below (-1) `zoom`. */
export function nextZoom(zoom, direction) {
  const close = 1e-3;
  if (direction > 0) return ZOOM_STEPS.find((step) => step > zoom + close) ?? ZOOM_STEPS.at(-1);
  return ZOOM_STEPS.findLast((step) => step < zoom - close) ?? ZOOM_STEPS[0];
}

function nameOf(page) {
  return page.title ? t("viewer.page_of", { title: page.title, n: page.pageNo }) : t("viewer.page", { n: page.number });
}

/** Put an image into a box of `width` x `height`, turned by the page's rotation. */
function layOut(image, box, page, scale) {
  const { width, height } = paperSize(page);
  const [w, hgt] = [width * scale, height * scale];
  box.style.width = `${w}px`;
  box.style.height = `${hgt}px`;
  const [iw, ih] = isSideways(page) ? [hgt, w] : [w, hgt];
  image.style.width = `${iw}px`;
  image.style.height = `${ih}px`;
  image.style.left = `${(w - iw) / 2}px`;
  image.style.top = `${(hgt - ih) / 2}px`;
  image.style.transform = `rotate(${page.rotation}deg)`;
}

/** `actions`: download(pages), announce(text). */
export function createViewer({ actions }) {
  let documents = null;
  let selectedId = null;
  let zoom = "fit";
  const selected = () => documents?.pages.find((page) => page.id === selectedId) ?? null;

  const button = (id, label, onclick, drawing = null) =>
    h(
      "button",
      { type: "button", id, "aria-label": drawing && label, title: drawing && label, onclick },
      drawing ? icon(drawing) : label,
    );
  const zoomOut = button("zoom-out", t("viewer.zoom_out"), () => step(-1), "minus");
  const zoomIn = button("zoom-in", t("viewer.zoom_in"), () => step(1), "plus");
  const zoomText = h("output", { class: "zoom", id: "zoom", "aria-label": t("viewer.zoom") });
  const fit = button("fit-width", t("viewer.fit"), () => setZoom("fit"));
  const left = button("rotate-left", t("viewer.rotate_left"), () => rotate(-90), "rotate_left");
  const right = button("rotate-right", t("viewer.rotate_right"), () => rotate(90), "rotate_right");
  const earlier = button("page-earlier", t("viewer.earlier"), () => move(-1), "up");
  const later = button("page-later", t("viewer.later"), () => move(1), "down");
  const remove = button("page-delete", t("viewer.delete"), () => deletePage(), "trash");
  const downloadOne = button("download-page", t("viewer.download_one"), () => actions.download([selected()]), "save");
  const downloadAll = button("download-all", t("viewer.download_all"), () => actions.download(documents.pages));
  downloadAll.className = "primary";

  const toolbar = h(
    "div",
    { class: "toolbar", role: "group", "aria-label": t("viewer.title") },
    zoomOut,
    zoomText,
    zoomIn,
    fit,
    left,
    right,
    earlier,
    later,
    remove,
    downloadOne,
    h("span", { class: "spacer" }),
    downloadAll,
  );
  const list = h("ol", { class: "thumbnails", id: "thumbnails", "aria-label": t("viewer.pages_list"), onkeydown: onListKey });
  const image = h("img", { class: "paper", alt: "" });
  const box = h("div", { class: "paper-box" }, image);
  const area = h("div", { class: "paper-area", id: "paper-area", tabindex: "0", role: "region", "aria-label": t("viewer.area"), onkeydown: onAreaKey }, box);
  const empty = h("p", { class: "hint empty", text: t("viewer.empty") });
  const content = h("div", { class: "viewer-content" }, list, area);
  const heading = h("h2", { class: "small" });
  const element = h("section", { class: "viewer", "aria-label": t("viewer.title") }, heading, empty, toolbar, content);

  const observer = new ResizeObserver(() => {
    if (zoom === "fit") draw();
  });
  observer.observe(area);

  function scale(page) {
    if (zoom !== "fit") return zoom;
    const room = area.clientWidth - 24;
    return Math.min(4, Math.max(0.25, room / paperSize(page).width));
  }

  function draw() {
    const page = selected();
    if (!page) return;
    if (image.src !== page.url) image.src = page.url;
    setAttribute(image, "alt", nameOf(page));
    const current = scale(page);
    layOut(image, box, page, current);
    setText(zoomText, `${Math.round(current * 100)}\u00a0%`);
    setAttribute(fit, "aria-pressed", String(zoom === "fit"));
    const index = documents.pages.indexOf(page);
    earlier.disabled = index === 0;
    later.disabled = index === documents.pages.length - 1;
    zoomOut.disabled = current <= 0.25;
    zoomIn.disabled = current >= 4;
  }

  function setZoom(value) {
    zoom = value;
    draw();
  }

  function step(direction) {
    const page = selected();
    if (page) setZoom(nextZoom(scale(page), direction));
  }

  function rotate(degrees) {
    if (!selected()) return;
    documents.rotatePage(selectedId, degrees);
    actions.announce(t("viewer.rotated"));
  }

  function move(by) {
    if (!selected() || !documents.movePage(selectedId, by)) return;
    actions.announce(t("viewer.moved", { n: documents.pages.findIndex((page) => page.id === selectedId) + 1 }));
  }

  async function deletePage() {
    const page = selected();
    if (!page) return;
    const position = documents.pages.indexOf(page);
    const choice = { value: "delete", label: t("viewer.delete"), kind: "danger" };
    if ((await ask(t("viewer.delete_confirm", { n: position + 1 }), [choice])) !== "delete") return;
    documents.removePage(page.id);
    list.querySelector("button")?.focus();
  }

  function select(id) {
    selectedId = id;
    area.scrollTo(0, 0);
    refresh();
  }

  function onListKey(event) {
    const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.altKey) move(by);
    else {
      const index = documents.pages.findIndex((page) => page.id === selectedId) + by;
      const next = documents.pages[index];
      if (next) select(next.id);
    }
    list.querySelector('[aria-current="true"]')?.focus();
  }

  function onAreaKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const pan = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    const action = { "+": () => step(1), "-": () => step(-1), "0": () => setZoom("fit"), r: () => rotate(90), R: () => rotate(90) }[event.key];
    if (pan) area.scrollBy(pan[0] * PAN_PX, pan[1] * PAN_PX);
    else if (action) action();
    else return;
    event.preventDefault();
  }

  function makeThumbnail(page) {
    const picture = h("img", { src: page.url, alt: "" });
    const holder = h("span", { class: "thumbnail" }, picture);
    const label = h("span");
    const choose = h("button", { type: "button", onclick: () => select(page.id) }, holder, label);
    const row = h("li", {}, choose);
    return {
      element: row,
      update(current) {
        const paper = paperSize(current);
        layOut(picture, holder, current, Math.min(72 / paper.width, 96 / paper.height));
        setText(label, String(documents.pages.indexOf(current) + 1));
        setAttribute(choose, "aria-label", nameOf(current));
        setAttribute(choose, "aria-current", current.id === selectedId ? "true" : null);
      },
    };
  }

  let seen = 0;
  function refresh() {
    const { pages } = documents;
    if (!selected()) selectedId = null;
    // Read on undisturbed: a page that arrives is shown only when nothing else is being read.
    if (selectedId === null && pages.length) selectedId = pages[0].id;
    reconcile(list, pages, (page) => page.id, makeThumbnail);
    const any = pages.length > 0;
    setShown(empty, !any);
    setShown(toolbar, any);
    setShown(content, any);
    setText(heading, any ? `${t("viewer.title")} (${t("viewer.count", { n: pages.length })})` : t("viewer.title"));
    if (any) draw();
    else image.removeAttribute("src");
  }

  return {
    element,
    update(current) {
      documents = current;
      const newest = Math.max(0, ...current.pages.map((page) => page.number));
      if (newest > seen) {
        const page = current.pages.find((known) => known.number === newest);
        actions.announce(t("viewer.arrived", { n: newest, title: page.title }));
      }
      seen = newest;
      refresh();
    },
  };
}
