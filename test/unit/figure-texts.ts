import { textWidth } from '../../report/drawing/index.js';

/** A piece of text of an SVG and the room that it takes, in its units: points. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Every piece of text in an SVG of ours, as a reader sees it. */
export function textsIn(svg: string): string[] {
  return textBoxes(svg).map(({ text }) => text);
}

/** Where the letters of 8 points reach above and below their baseline. */
const ABOVE = 5.8;
const BELOW = 1.7;

export function textBoxes(svg: string): TextBox[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, given, inner]) => {
    const attributes = Object.fromEntries(
      [...given.matchAll(/([\w-]+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
    );
    const text = inner.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const width = textWidth(text, attributes['font-weight'] === 'bold');
    const [x, y] = [Number(attributes.x), Number(attributes.y)];
    const before = width * ({ middle: 0.5, end: 1 }[attributes['text-anchor']] ?? 0);
    return attributes.transform === undefined
      ? { text, left: x - before, right: x - before + width, top: y - ABOVE, bottom: y + BELOW }
      : { text, left: x - ABOVE, right: x + BELOW, top: y - width + before, bottom: y + before };
  });
}

/** Pairs of texts that lie over each other, and texts that leave the sheet. */
export function textFaults(svg: string): string[] {
  const [, width, height] = (/viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []).map(Number);
  const boxes = textBoxes(svg);
  return boxes.flatMap((a, i) => [
    ...(a.left < -0.5 || a.right > width + 0.5 || a.top < -0.5 || a.bottom > height + 0.5
      ? [`outside: ${a.text}`]
      : []),
    ...boxes
      .slice(i + 1)
      .filter((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.3)
      .filter((b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.3)
      .map((b) => `${a.text} over ${b.text}`),
  ]);
}
