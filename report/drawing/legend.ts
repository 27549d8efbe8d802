import { type Axis, linearAxis, logAxis } from './axis.js';
import { cutText, LINE_PT, MIDDLE_PT, short, textAt, textWidth } from './text.js';
import { ink } from './theme.js';
import { logTicks, numberText } from './ticks.js';
import { xTicks } from './x-ticks.js';

/** One sample of a legend. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  /** Default a line. */
  readonly shape?: 'line' | 'square' | 'dot';
  readonly width?: number;
  readonly dash?: string;
}

const SAMPLE = 14;
const BETWEEN = 10;
/** After so many lines a legend only says how many names are left. */
const MOST_LINES = 16;

interface PlacedItem extends LegendItem {
  readonly x: number;
  readonly row: number;
}

/** Items in rows no wider than `width`. */
export function placeLegend(
  items: readonly LegendItem[],
  width: number,
): { items: PlacedItem[]; height: number } {
  const placed: PlacedItem[] = [];
  let x = 0;
  let row = 0;
  for (const [i, item] of items.entries()) {
    const label = cutText(item.label, width - SAMPLE - 4);
    const needs = SAMPLE + 3 + textWidth(label);
    if (x > 0 && x + needs > width) {
      x = 0;
      row++;
    }
    if (row >= MOST_LINES) {
      placed.push({ label: `… and ${items.length - i} more`, colour: 'none', x: 0, row });
      break;
    }
    placed.push({ ...item, label, x, row });
    x += needs + BETWEEN;
  }
  return {
    items: placed,
    height: placed.length === 0 ? 0 : (placed[placed.length - 1].row + 1) * (LINE_PT + 1),
  };
}

export function drawLegend(items: readonly PlacedItem[], left: number, top: number): string {
  return items
    .map(({ label, colour, shape = 'line', width = 1.6, dash, x, row }) => {
      const middle = top + row * (LINE_PT + 1) + LINE_PT / 2;
      const from = left + x;
      const samples = {
        line: `<path d="M${short(from)},${short(middle)}L${short(from + SAMPLE)},${short(middle)}" stroke="${colour}" stroke-width="${width}"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}/>\n`,
        square: `<rect x="${short(from + 3)}" y="${short(middle - 3.5)}" width="8" height="7" fill="${colour}"/>\n`,
        dot: `<circle cx="${short(from + 7)}" cy="${short(middle)}" r="2" fill="${colour}"/>\n`,
      };
      return `${samples[shape]}${textAt(from + SAMPLE + 3, middle + MIDDLE_PT, label)}`;
    })
    .join('');
}

/** A scale of colours, below a panel. */
export interface ColourBar {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly type: 'linear' | 'log';
  /** Evenly spaced from the low end to the high one. */
  readonly stops: readonly string[];
  /** The colour of what has no value, where there is any, and what that is called. */
  readonly noValue?: { readonly label: string; readonly colour: string };
  /** Written behind each label. */
  readonly suffix?: string;
}

const BAR_PT = 6;
const BAR_WIDTH = 130;

export function colourBarHeight({ noValue }: ColourBar): number {
  return LINE_PT + BAR_PT + 2 + LINE_PT + (noValue === undefined ? 0 : LINE_PT + 1);
}

export function drawColourBar(
  bar: ColourBar,
  left: number,
  top: number,
  bounds: readonly [number, number],
  id: string,
): string {
  const width = Math.min(BAR_WIDTH, Math.max(40, bounds[1] - left));
  const y = top + LINE_PT;
  const stops = bar.stops.map(
    (colour, i) => `<stop offset="${short((100 * i) / (bar.stops.length - 1))}%" stop-color="${colour}"/>`,
  );
  const out = [
    textAt(left, top + 7, cutText(bar.title, bounds[1] - left)),
    `<defs><linearGradient id="${id}">${stops.join('')}</linearGradient></defs>
<rect x="${short(left)}" y="${short(y)}" width="${short(width)}" height="${BAR_PT}" fill="url(#${id})"/>\n`,
  ];
  for (const { labelX, x, label } of xTicks(barAxis(bar), left, width, [
    bounds[0],
    Math.max(bounds[1], left + width),
  ]).ticks) {
    out.push(`<path d="M${short(x)},${short(y + BAR_PT)}v2" stroke="${ink.axis}" stroke-width="0.6"/>\n`);
    out.push(textAt(labelX, y + BAR_PT + 2 + 8, `${label}`, { anchor: 'middle' }));
  }
  if (bar.noValue !== undefined) {
    const item = { ...bar.noValue, shape: 'square' as const };
    out.push(drawLegend(placeLegend([item], 200).items, left - 3, y + BAR_PT + 2 + LINE_PT));
  }
  return out.join('');
}

/** Labelled at both ends, and between them where there is room. */
function barAxis({ domain: [low, high], type, suffix = '' }: ColourBar): Axis {
  const axis = (type === 'log' ? logAxis : linearAxis)({ domain: [low, high] });
  const between = type === 'log' ? logTicks(low, high) : [(low + high) / 2];
  return {
    ...axis,
    ticks(count) {
      const inner = between.filter((value) => axis.at(value) > CLOSE && axis.at(value) < 1 - CLOSE);
      const every = Math.ceil(inner.length / Math.max(1, count - 2));
      const shown = count > 2 ? inner.filter((_, i) => i % every === 0) : [];
      return [low, ...shown, high].map((value) => ({
        at: axis.at(value),
        label: `${numberText(value)}${suffix}`,
      }));
    },
  };
}

/** Nearer to an end than this share of the scale, the end's own label is enough. */
const CLOSE = 0.08;
