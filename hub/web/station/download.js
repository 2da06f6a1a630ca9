/** Handing pages to the agent as one PDF file. */

import { makePdf } from "../shared/pdf.js";
import { t } from "../shared/texts.js";

/** A file name that every system takes: « papiers-2026-11-22-0931.pdf ». No name of a person is in it. */
export function fileName(date) {
  const two = (n) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${t("viewer.file_name")}-${day}-${two(date.getHours())}${two(date.getMinutes())}.pdf`;
}

/** Save `pages` of the Documents, in their order and as they were turned. */
export function downloadPdf(pages, date = new Date()) {
  const url = URL.createObjectURL(new Blob([makePdf(pages)], { type: "application/pdf" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(date);
  link.click();
  // The browser has taken its copy long before.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
