/** The element of the page with an id. @throws Error where the page has none of that kind */
export function elementOf<E extends Element>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} with the id ${id}`);
}

export const inputOf = (id: string) => elementOf(id, HTMLInputElement);
export const selectOf = (id: string) => elementOf(id, HTMLSelectElement);
export const buttonOf = (id: string) => elementOf(id, HTMLButtonElement);

/** Writes text where it differs from what is there: what a screen reader has read it need not read again. */
export function say(id: string, text: string): void {
  const element = elementOf(id, HTMLElement);
  if (element.textContent !== text) element.textContent = text;
}

/** A child in the namespace of SVG. */
export function svgChild(
  parent: Element,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const child = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, String(value));
  if (text !== undefined) child.textContent = text;
  parent.append(child);
  return child;
}
