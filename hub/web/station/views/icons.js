/** Drawings for buttons, made in code so that they look alike on every computer. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  rotate_left: "M5 5v5h5M5.6 10A8 8 0 1 1 4 14",
  rotate_right: "M19 5v5h-5M18.4 10A8 8 0 1 0 20 14",
  up: "M12 20V5M6 11l6-6 6 6",
  down: "M12 4v15M6 13l6 6 6-6",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  save: "M12 4v11M7 10l5 5 5-5M4 20h16",
};

/** An icon, for the eye only: its button has a name of its own. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
