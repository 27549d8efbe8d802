import { type Axis, type Tick, widestLabel } from './axis.js';
import { type ColourBar, colourBarHeight, drawColourBar } from './legend.js';
import type { Frame, Mark } from './marks.js';
import { cutText, LINE_PT, MIDDLE_PT, short, textAt, wrapText } from './text.js';
import { ink } from './theme.js';
import { type XTicks, xTicks } from './x-ticks.js';

/** One plot of a sheet. An axis that is left out is not drawn, and then values run from 0 to 1 (1 at the right, on top). */
export interface Panel {
  /** Lines above it; the first is bold where `strong`. */
  readonly title?: readonly string[];
  readonly strong?: boolean;
  readonly x?: Axis;
  readonly y?: Axis;
  /** An axis whose labels and title stand at another panel has them left out here. */
  readonly bareX?: boolean;
  readonly bareY?: boolean;
  /** Width and height of the plot where so much width is free, points. */
  readonly size: (free: number) => { readonly width: number; readonly height: number };
  readonly marks: readonly Mark[];
  readonly colourBar?: ColourBar;
}

/** A panel of all the width there is, `height` points high. */
export const wide = (height: number) => (width: number) => ({ width, height });

const TICK = 3;
const Y_EVERY_PT = 18;
const MOST_Y_LABEL = 100;

/** Labels of the axis on the left for a plot of this height. */
export function yTicks(axis: Axis, height: number): readonly Tick[] {
  const most = axis.names ? Math.floor(height / LINE_PT) : Math.min(8, Math.floor(height / Y_EVERY_PT));
  const ticks = axis.ticks(Math.max(1, most)).filter(({ at }) => at >= -0.001 && at <= 1.001);
  const sorted = [...ticks].sort((a, b) => a.at - b.at);
  let last = Number.NEGATIVE_INFINITY;
  return sorted.filter(({ at }) => {
    if ((at - last) * height < LINE_PT) return false;
    last = at;
    return true;
  });
}

/** What stands on the left of the plot, points. */
export function leftOf({ y, bareY, size }: Panel, free: number): number {
  if (y === undefined) return 0;
  if (bareY) return TICK;
  // Of a higher plot than it will be: more ticks, labels at least as wide.
  const labels = Math.min(MOST_Y_LABEL, widestLabel(yTicks(y, size(free).height)));
  return TICK + 2 + labels + (y.title === undefined ? 0 : LINE_PT + 2);
}

/** A panel with its plot's place, ready to be drawn. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly titleLines: readonly string[];
  readonly xTicks: XTicks | undefined;
  readonly xTitle: string | undefined;
  /** What stands below the plot, points. */
  readonly below: number;
}

/** @param bounds where labels below may begin and must end */
export function placePanel(
  panel: Panel,
  left: number,
  free: number,
  bounds: readonly [number, number],
): PlacedPanel {
  const { width, height } = panel.size(free);
  const room = bounds[1] - left;
  const titleLines = (panel.title ?? []).flatMap((text, i) =>
    wrapText(text, room, 2, panel.strong && i === 0),
  );
  const ticks = panel.x === undefined || panel.bareX ? undefined : xTicks(panel.x, left, width, bounds);
  const title = panel.bareX ? undefined : panel.x?.title;
  const below =
    (panel.x === undefined ? 0 : TICK) +
    (ticks === undefined ? 0 : 2 + ticks.height) +
    (title === undefined ? 0 : LINE_PT + 1) +
    (panel.colourBar === undefined ? 0 : 5 + colourBarHeight(panel.colourBar));
  const xTitle = title === undefined ? undefined : cutText(title, Math.max(bounds[1] - bounds[0], 40));
  return { panel, left, width, height, titleLines, xTicks: ticks, xTitle, below };
}

/** SVG of a panel whose plot begins at `top`. */
export function drawPanel(
  placed: PlacedPanel,
  top: number,
  bounds: readonly [number, number],
  id: string,
): string {
  const { panel, left, width, height, titleLines } = placed;
  const frame: Frame = {
    left,
    top,
    width,
    height,
    x: (value) => left + (panel.x === undefined ? value : panel.x.at(value)) * width,
    y: (value) => top + (1 - (panel.y === undefined ? value : panel.y.at(value))) * height,
  };
  const out: string[] = [];
  for (const [i, text] of titleLines.entries()) {
    const style = { bold: panel.strong === true && i === 0 };
    out.push(textAt(left, top - 4 - (titleLines.length - 1 - i) * LINE_PT, text, style));
  }
  out.push(drawY(panel, frame));
  for (const mark of panel.marks) out.push(mark(frame));
  out.push(drawX(placed, frame, bounds));
  if (panel.colourBar !== undefined) {
    const at = top + height + placed.below - colourBarHeight(panel.colourBar);
    out.push(drawColourBar(panel.colourBar, left, at, [left, bounds[1]], id));
  }
  return out.join('');
}

function drawY(panel: Panel, { left, top, width, height }: Frame): string {
  const { y, bareY } = panel;
  if (y === undefined) return '';
  const ticks = yTicks(y, height);
  const out = ticks.map(({ at, label }) => {
    const py = top + (1 - at) * height;
    const grid = y.grid ? stroke([left, py], [left + width, py], ink.grid) : '';
    const tick = stroke([left - TICK, py], [left, py], ink.axis);
    return `${grid}${tick}${bareY ? '' : textAt(left - TICK - 2, py + MIDDLE_PT, cutText(label, MOST_Y_LABEL), { anchor: 'end' })}`;
  });
  out.push(stroke([left, top], [left, top + height], ink.axis));
  if (y.title !== undefined && !bareY) {
    const labels = Math.min(MOST_Y_LABEL, widestLabel(ticks));
    const x = left - TICK - 2 - labels - 5;
    const title = cutText(y.title, Math.max(height + 8, 60));
    out.push(textAt(x, top + height / 2, title, { anchor: 'middle', upright: true }));
  }
  return out.join('');
}

function drawX(
  { panel, xTicks: ticks, xTitle, width, left }: PlacedPanel,
  frame: Frame,
  bounds: readonly [number, number],
): string {
  if (panel.x === undefined) return '';
  const bottom = frame.top + frame.height;
  const out = [stroke([left, bottom], [left + width, bottom], ink.axis)];
  let below = bottom + TICK;
  if (ticks !== undefined) {
    for (const { x, labelX, label } of ticks.ticks) {
      out.push(stroke([x, bottom], [x, bottom + TICK], ink.axis));
      out.push(
        ticks.upright
          ? textAt(x + MIDDLE_PT, below + 2, label, { anchor: 'end', upright: true })
          : textAt(labelX, below + TEXT_BASE, label, { anchor: 'middle' }),
      );
    }
    below += 2 + ticks.height;
  }
  if (xTitle !== undefined) {
    // In the middle of the plot, or as near as the sheet allows.
    const half = widestLabel([{ at: 0, label: xTitle }]) / 2;
    const middle = Math.max(bounds[0] + half, Math.min(bounds[1] - half, left + width / 2));
    out.push(textAt(middle, below + TEXT_BASE, xTitle, { anchor: 'middle' }));
  }
  return out.join('');
}

/** From the top of a line to its baseline, points. */
const TEXT_BASE = 8;

function stroke(from: readonly number[], to: readonly number[], colour: string): string {
  return `<path d="M${from.map(short).join(',')}L${to.map(short).join(',')}" stroke="${colour}" stroke-width="0.6"/>\n`;
}
