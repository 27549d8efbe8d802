import { MIDDLE_PT, short, svgText, textAt } from './text.js';
import { ink } from './theme.js';

/** Where a panel's data is drawn, points, and how values become places. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  x(value: number): number;
  y(value: number): number;
}

/** Something drawn into a panel; returns SVG. */
export type Mark = (frame: Frame) => string;

export type Point = readonly [x: number, y: number];

/** How a line looks. */
export interface LineStyle {
  readonly colour: string;
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
  /** What it is, in words, for those who cannot see it. */
  readonly label?: string;
  /** Ends where it leaves the panel: of curves that run on beyond the data. */
  readonly clip?: boolean;
}

/** A line of more points loses those that lie on the line through the others. */
const PLAIN_POINTS = 400;
/** A line is drawn with at most about this many points; more would not be seen. */
const MOST_POINTS = 8000;
/** A point so near to the line through the others is not seen, points of paper: a quarter of a hair line. */
const UNSEEN_PT = 0.1;
/** Points simplified together: the work grows with the square at worst. */
const TOGETHER = 512;

/** A line through points; it breaks where one has no place, and a piece of a single point is a dot. */
export function line(
  points: readonly Point[],
  { colour, width = 1.2, dash, opacity, label, clip = false }: LineStyle,
): Mark {
  return (frame) => {
    const pieces: string[][] = [[]];
    const places = points.map(([a, b]): Point => [frame.x(a), frame.y(b)]);
    for (const [px, py] of clip ? clipped(places, frame) : places) {
      if (Number.isFinite(px) && Number.isFinite(py))
        pieces[pieces.length - 1].push(`${short(px)},${short(py)}`);
      else if (pieces[pieces.length - 1].length > 0) pieces.push([]);
    }
    const drawn = pieces.filter((piece) => piece.length > 0).map((piece) => thinned(piece));
    if (drawn.length === 0) return '';
    // A line of no length with round ends is a dot.
    const d = drawn
      .map((piece) => `M${piece.length === 1 ? `${piece[0]}L${piece[0]}` : piece.join('L')}`)
      .join('');
    return `<path class="line"${labelled(label)} d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="${dash === undefined ? 'round' : 'butt'}"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}${opacity === undefined ? '' : ` stroke-opacity="${opacity}"`}/>\n`;
  };
}

/** The area between two curves over the same x, pale; it breaks where either has no place. */
export function band(
  points: readonly { readonly x: number; readonly low: number; readonly high: number }[],
  colour: string,
): Mark {
  return (frame) => {
    const pieces: string[][][] = [[]];
    for (const { x, low, high } of points) {
      const places = [frame.x(x), frame.y(low), frame.y(high)];
      if (places.every(Number.isFinite)) pieces[pieces.length - 1].push(places.map(short));
      else if (pieces[pieces.length - 1].length > 0) pieces.push([]);
    }
    const drawn = pieces.filter((piece) => piece.length > 1);
    if (drawn.length === 0) return '';
    const d = drawn
      .map((piece) => {
        const there = piece.map(([x, low]) => `${x},${low}`);
        const back = piece.map(([x, , high]) => `${x},${high}`).reverse();
        return `M${[...there, ...back].join('L')}Z`;
      })
      .join('');
    return `<path class="band" d="${d}" fill="${colour}" fill-opacity="0.18" stroke="none"/>\n`;
  };
}

/** The line inside the panel; NaN stands where it is outside. Segment by segment after Liang & Barsky, 1984. */
function clipped(places: readonly Point[], { left, top, width, height }: Frame): Point[] {
  const out: Point[] = [];
  for (let i = 0; i + 1 < places.length; i++) {
    const [[x0, y0], [x1, y1]] = [places[i], places[i + 1]];
    let [from, to] = [0, 1];
    for (const [change, room] of [
      [x0 - x1, x0 - left],
      [x1 - x0, left + width - x0],
      [y0 - y1, y0 - top],
      [y1 - y0, top + height - y0],
    ]) {
      if (change === 0) to = room < 0 ? -1 : to;
      else if (change < 0) from = Math.max(from, room / change);
      else to = Math.min(to, room / change);
    }
    if (!(from <= to)) {
      out.push([Number.NaN, Number.NaN]);
      continue;
    }
    const at = (share: number): Point => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
    // A segment that enters begins a new piece; its end is the next one's beginning.
    if (from > 0 || out.length === 0 || Number.isNaN(out[out.length - 1][0]))
      out.push([Number.NaN, Number.NaN], at(from));
    out.push(at(to));
    if (to < 1) out.push([Number.NaN, Number.NaN]);
  }
  return out;
}

/**
 * A long line with the points left out that nobody would miss: those within a tenth of a point of paper of the line through the others
 * (Douglas & Peucker 1973), so that jumps stay jumps; of still more the first, lowest and highest, leftmost and rightmost points of every
 * stretch and both sides of its largest step, in their order.
 */
function thinned(points: readonly string[]): readonly string[] {
  if (points.length <= PLAIN_POINTS) return points;
  const numbers = points.map((point): Point => {
    const [x, y] = point.split(',').map(Number);
    return [x, y];
  });
  const seen = bending(numbers);
  const kept = seen.length <= MOST_POINTS ? seen : extremes(numbers, seen);
  return kept.map((i) => points[i]);
}

/** Places of the points that a line needs, in their order. */
function bending(numbers: readonly Point[]): number[] {
  const kept: number[] = [0];
  for (let from = 0; from + 1 < numbers.length; from += TOGETHER) {
    const to = Math.min(numbers.length - 1, from + TOGETHER);
    // Spans still to be looked at, the next one last.
    const spans: [number, number][] = [[from, to]];
    for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
      const [first, last] = span;
      let [farthest, most] = [-1, UNSEEN_PT];
      for (let i = first + 1; i < last; i++) {
        const away = distance(numbers[i], numbers[first], numbers[last]);
        if (away > most) [farthest, most] = [i, away];
      }
      if (farthest < 0) kept.push(last);
      else spans.push([farthest, last], [first, farthest]);
    }
  }
  return kept;
}

/** From a point to a segment. */
function distance([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/** Of each stretch of some places the outermost points and the largest step. */
function extremes(numbers: readonly Point[], places: readonly number[]): number[] {
  const stretch = Math.ceil((places.length * 7) / MOST_POINTS);
  const kept: number[] = [];
  for (let from = 0; from < places.length; from += stretch) {
    const some = places.slice(from, from + stretch);
    const chosen = new Set([some[0], some[some.length - 1]]);
    for (const axis of [0, 1]) {
      let [low, high] = [some[0], some[0]];
      for (const i of some) {
        if (numbers[i][axis] < numbers[low][axis]) low = i;
        if (numbers[i][axis] > numbers[high][axis]) high = i;
      }
      chosen.add(low).add(high);
    }
    let [step, most] = [0, 0];
    for (let k = 1; k < some.length; k++) {
      const size = Math.hypot(...[0, 1].map((axis) => numbers[some[k]][axis] - numbers[some[k - 1]][axis]));
      if (size > most) [step, most] = [k, size];
    }
    if (step > 0) chosen.add(some[step - 1]).add(some[step]);
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return kept;
}

export function dots(
  points: readonly Point[],
  { colour, radius = 1.6 }: { colour: string; radius?: number },
): Mark {
  return ({ x, y }) =>
    points
      .map(([px, py]) => [x(px), y(py)])
      .filter((at) => at.every(Number.isFinite))
      .map(([cx, cy]) => `<circle cx="${short(cx)}" cy="${short(cy)}" r="${radius}" fill="${colour}"/>\n`)
      .join('');
}

/** Many small dots in one path, which keeps a page of thousands small. */
export function specks(
  points: readonly Point[],
  { colour, width = 1.6, opacity }: { colour: string; width?: number; opacity?: number },
): Mark {
  return ({ x, y }) => {
    const d = points
      .map(([px, py]): Point => [x(px), y(py)])
      .filter((at) => at.every(Number.isFinite))
      .map(([cx, cy]) => `M${short(cx)},${short(cy)}h0`)
      .join('');
    return d === ''
      ? ''
      : `<path class="specks" d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"${opacity === undefined ? '' : ` stroke-opacity="${opacity}"`}/>\n`;
  };
}

/** Small circles, hollow: points that are shown and not counted. */
export function rings(
  points: readonly Point[],
  { colour, radius = 2 }: { colour: string; radius?: number },
): Mark {
  return ({ x, y }) =>
    points
      .map(([px, py]) => [x(px), y(py)])
      .filter((at) => at.every(Number.isFinite))
      .map(
        ([cx, cy]) =>
          `<circle class="ring" cx="${short(cx)}" cy="${short(cy)}" r="${radius}" fill="none" stroke="${colour}" stroke-width="0.7"/>\n`,
      )
      .join('');
}

/** A word that begins, ends or is centred at a place of the panel, 0 to 1 from the left and from the top. */
export function note(
  at: readonly [fromLeft: number, fromTop: number],
  text: string,
  { colour = ink.muted as string, anchor = 'start' as 'start' | 'middle' | 'end' } = {},
): Mark {
  return ({ left, top, width, height }) =>
    textAt(left + at[0] * width, top + at[1] * height, text, { anchor, colour });
}

/** A filled box, its corners in values. */
export interface Box {
  readonly from: Point;
  readonly to: Point;
  readonly colour: string;
}

/** Bars; one whose end has no place begins at the panel's edge. */
export function bars(boxes: readonly Box[]): Mark {
  return (frame) => {
    const { x, y, left, top, width, height } = frame;
    const within = (value: number, low: number, high: number) =>
      Number.isNaN(value) ? high : Math.min(high, Math.max(low, value));
    return boxes
      .map(({ from, to, colour }) => {
        const [x0, x1] = [from[0], to[0]].map((v) => within(x(v), left, left + width)).sort((a, b) => a - b);
        const [y0, y1] = [from[1], to[1]].map((v) => within(y(v), top, top + height)).sort((a, b) => a - b);
        return `<rect class="bar" x="${short(x0)}" y="${short(y0)}" width="${short(x1 - x0)}" height="${short(y1 - y0)}" fill="${colour}"/>\n`;
      })
      .join('');
  };
}

/** A straight line across the panel at a value of one of its axes. */
export function rule(
  at: { readonly x: number } | { readonly y: number },
  { colour = ink.muted as string, width = 0.8, dash = '3 2' } = {},
): Mark {
  return ({ left, top, width: w, height: h, x, y }) => {
    const [x0, y0, x1, y1] =
      'x' in at ? [x(at.x), top, x(at.x), top + h] : [left, y(at.y), left + w, y(at.y)];
    if (![x0, y0].every(Number.isFinite)) return '';
    return `<path class="rule" d="M${short(x0)},${short(y0)}L${short(x1)},${short(y1)}" stroke="${colour}" stroke-width="${width}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>\n`;
  };
}

/** A short thick line across a bar: a target. */
export function target([from, to]: readonly [number, number], value: number): Mark {
  return ({ x, y }) =>
    Number.isFinite(y(value))
      ? `<path class="target" d="M${short(x(from))},${short(y(value))}L${short(x(to))},${short(y(value))}" stroke="${ink.text}" stroke-width="1.6"/>\n`
      : '';
}

/** A picture over the whole panel, with a frame. */
export function picture(address: string, description: string): Mark {
  return ({ left, top, width, height }) => {
    const box = `x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}"`;
    return `<image ${box} preserveAspectRatio="none" style="image-rendering:pixelated" href="${address}"><title>${svgText(description)}</title></image>
<rect ${box} fill="none" stroke="${ink.axis}" stroke-width="0.6"/>\n`;
  };
}

/** A word or number in the middle of a place. */
export function label(at: Point, text: string, colour: string): Mark {
  return ({ x, y }) => textAt(x(at[0]), y(at[1]) + MIDDLE_PT, text, { anchor: 'middle', colour });
}

function labelled(text: string | undefined): string {
  return text === undefined ? '' : ` aria-label="${svgText(text).replaceAll('"', '&quot;')}"`;
}
