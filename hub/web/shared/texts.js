/** Sentences for people, from one catalogue per language; another language is another module like fr.js. */

import { CATALOGUE, LANGUAGE } from "./fr.js";

const plural = new Intl.PluralRules(LANGUAGE);
const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
const decimal = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });

/** The sentence `key`, with `{name}` replaced by values; `{one, other}` entries choose by `values.n`. */
export function t(key, values = {}) {
  const entry = CATALOGUE[key];
  if (entry === undefined) throw new RangeError(`no text for ${key}`);
  const template = typeof entry === "string" ? entry : (entry[plural.select(values.n ?? 0)] ?? entry.other);
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** True when the catalogue has `key`. */
export function hasText(key) {
  return Object.hasOwn(CATALOGUE, key);
}

/** 07:31, or 1:02:05 beyond an hour. */
export function asClock(totalSeconds) {
  const all = Math.max(0, Math.floor(totalSeconds));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/** « 4 min », « moins d'une minute », as a person would say it. */
export function asDuration(totalSeconds) {
  const minutes = Math.floor(totalSeconds / 60);
  return minutes < 1 ? t("duration.under_a_minute") : t("duration.minutes", { n: minutes });
}

/** Time of day. */
export function asTime(date) {
  return clock.format(date);
}

/** « 1,4 Mo » or « 320 ko ». */
export function asSize(bytes) {
  const kilo = bytes / 1024;
  return kilo < 1000
    ? t("size.kilobytes", { n: decimal.format(Math.max(1, Math.round(kilo))) })
    : t("size.megabytes", { n: decimal.format(kilo / 1024) });
}

/** A number as the language writes it. */
export function asNumber(value) {
  return decimal.format(value);
}
