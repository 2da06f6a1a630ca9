/**
 * Shapes of messages: small functions that check a value and return it, or throw.
 *
 * A shape is `(value, path) => value`; unknown keys of an object are dropped, absent keys take their default.
 */

/** A value that does not have the expected shape. The value itself is never kept: it may be personal. */
export class ShapeError extends Error {
  constructor(path, expected) {
    super(`${path || "message"}: ${expected}`);
    this.name = "ShapeError";
    this.path = path;
  }
}

function fail(path, expected) {
  throw new ShapeError(path, expected);
}

/** Text of at most `max` characters, optionally matching `pattern`. */
export const text =
  (max = Infinity, pattern = null) =>
  (value, path) => {
    if (typeof value !== "string" || [...value].length > max) fail(path, `text of at most ${max} characters`);
    if (pattern && !pattern.test(value)) fail(path, `text like ${pattern}`);
    return value;
  };

/** The hub's identifiers. */
export const identifier = text(64, /^[A-Za-z0-9_-]{1,64}$/);

/** A whole number between `min` and `max`. */
export const integer =
  (min = -Infinity, max = Infinity) =>
  (value, path) => {
    if (!Number.isSafeInteger(value) || value < min || value > max) fail(path, `whole number from ${min} to ${max}`);
    return value;
  };

/** A duration in seconds, as the hub sends it. */
export const seconds = (value, path) => {
  if (typeof value !== "number" || !(value >= 0 && value <= 10_000_000)) fail(path, "seconds");
  return value;
};

/** True or false. */
export const flag = (value, path) => (typeof value === "boolean" ? value : fail(path, "true or false"));

/** One of a closed list of words. */
export const oneOf = (words) => (value, path) =>
  words.includes(value) ? value : fail(path, `one of ${words.join(", ")}`);

/** A list of at most `max` values of one shape. */
export const list =
  (of, max = Infinity, min = 0) =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > max || value.length < min) fail(path, `list of ${min} to ${max}`);
    return value.map((item, index) => of(item, `${path}.${index}`));
  };

/** An object used as a dictionary: keys matching `pattern`, values of one shape. */
export const dictionary = (pattern, of) => (value, path) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(path, "object");
  const entries = Object.entries(value).map(([key, item]) => {
    if (!pattern.test(key)) fail(path, `keys like ${pattern}`);
    return [key, of(item, `${path}.${key}`)];
  });
  return Object.fromEntries(entries);
};

/** The value may be absent or null; it then becomes `fallback`. */
export const optional = (of, fallback = null) => {
  const shape = (value, path) => (value === undefined || value === null ? fallback : of(value, path));
  shape.optional = true;
  return shape;
};

/** The key may be absent and then takes `fallback`; null is not allowed. */
export const defaulted = (of, fallback) => {
  const shape = (value, path) => (value === undefined ? structuredClone(fallback) : of(value, path));
  shape.optional = true;
  return shape;
};

/** An object with these fields. */
export const object = (fields) => (value, path) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(path, "object");
  const checked = {};
  for (const [name, of] of Object.entries(fields)) {
    const where = path ? `${path}.${name}` : name;
    if (value[name] === undefined && !of.optional) fail(where, "missing");
    checked[name] = of(value[name], where);
  }
  return checked;
};

/** Messages told apart by `type`: a table of name -> fields. Returns `(value) => message`. */
export const union = (table) => {
  const shapes = Object.fromEntries(Object.entries(table).map(([name, fields]) => [name, object(fields)]));
  return (value) => {
    const type = typeof value === "object" && value !== null ? value.type : undefined;
    if (typeof type !== "string" || !Object.hasOwn(shapes, type)) fail("type", "unknown message type");
    return { type, ...shapes[type](value, "") };
  };
};

/** A copy of `value` without null or undefined fields, as the wire has it. */
export function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
