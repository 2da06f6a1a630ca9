/** Keys that work everywhere on the page. Function keys only: they are never part of a text. */

/** `keyTable()` gives key -> action, or null where the key does nothing now; `repeated` keys also act when held. */
export function listenToKeys(keyTable, { repeated = [] } = {}) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const action = keyTable()[event.key];
    if (!action) return;
    event.preventDefault();
    if (!event.repeat || repeated.includes(event.key)) action(event);
  });
}
