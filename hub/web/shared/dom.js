/** Making elements in code: no HTML text is ever parsed, so nothing that arrives can become markup. */

/**
 * An element. `properties`: `class`, `on…` (listeners by event name: `onclick`), `text`, and attributes; true
 * gives an empty attribute, false and null none. `style` is refused: the policy of the page forbids it.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "style") throw new TypeError("styles belong in the style sheet");
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** Set or remove an attribute; writes only what changed, so that screen readers stay quiet. */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const wanted = value === true ? "" : String(value);
  if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

/** Change the text of an element only when it differs. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show or hide. */
export function setShown(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * Keep the children of `parent` in step with `items`, reusing the element of each key: focus is never lost.
 * `make(item)` returns `{element, update(item)}`.
 */
export function reconcile(parent, items, keyOf, make) {
  const known = (parent.__rows ??= new Map());
  const wanted = new Set(items.map(keyOf));
  for (const [key, row] of known) {
    if (!wanted.has(key)) {
      row.element.remove();
      row.close?.();
      known.delete(key);
    }
  }
  items.forEach((item, index) => {
    const key = keyOf(item);
    let row = known.get(key);
    if (!row) {
      row = make(item);
      known.set(key, row);
    }
    row.update(item);
    const here = parent.children[index];
    if (here !== row.element) parent.insertBefore(row.element, here ?? null);
  });
}
