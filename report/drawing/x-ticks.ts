import type { Axis, Tick } from './axis.js';
import { LINE_PT, textWidth } from './text.js';

/** A label below a panel. */
export interface PlacedTick extends Tick {
  /** Middle of the tick and of its label, points. */
  readonly x: number;
  readonly labelX: number;
}

/** Labels below a panel, all of them level or all upright. */
export interface XTicks {
  readonly ticks: readonly PlacedTick[];
  readonly upright: boolean;
  /** What they take below the panel, points. */
  readonly height: number;
}

/** Between two labels, points. */
const GAP = 5;
/** Ticks closer than this are too many to read, points. */
const EVERY_PT = 24;

/** The most labels that fit below a panel without touching: level ones, or upright ones where each is a name. */
export function xTicks(axis: Axis, left: number, width: number, bounds: readonly [number, number]): XTicks {
  const level = (count: number) => placed(axis.ticks(count), left, width, bounds);
  const many = axis.names ? Number.MAX_SAFE_INTEGER : Math.max(2, Math.min(8, Math.floor(width / EVERY_PT)));
  if (axis.names) {
    const all = level(many);
    if (apart(all)) return { ticks: all, upright: false, height: LINE_PT };
    const room = Math.max(1, Math.floor(width / LINE_PT));
    const ticks = axis
      .ticks(room)
      .map((tick) => ({ ...tick, x: left + tick.at * width, labelX: left + tick.at * width }));
    const tallest = Math.max(0, ...ticks.map(({ label }) => textWidth(label)));
    return { ticks, upright: true, height: tallest + 2 };
  }
  for (let count = many; count > 1; count--) {
    const ticks = level(count);
    if (apart(ticks)) return { ticks, upright: false, height: LINE_PT };
  }
  // Still too many, where an axis is told which: those that find room.
  const ticks: PlacedTick[] = [];
  for (const tick of level(many)) if (apart([...ticks, tick])) ticks.push(tick);
  return { ticks, upright: false, height: LINE_PT };
}

/** Labels under their ticks, moved inwards where they would leave the sheet. */
function placed(
  ticks: readonly Tick[],
  left: number,
  width: number,
  [first, last]: readonly [number, number],
): PlacedTick[] {
  return ticks.map((tick) => {
    const x = left + tick.at * width;
    const half = textWidth(tick.label) / 2;
    return { ...tick, x, labelX: Math.max(first + half, Math.min(last - half, x)) };
  });
}

function apart(ticks: readonly PlacedTick[]): boolean {
  const sorted = [...ticks].sort((a, b) => a.labelX - b.labelX);
  return sorted.every((tick, i) => {
    if (i === 0) return true;
    const before = sorted[i - 1];
    return tick.labelX - before.labelX >= (textWidth(tick.label) + textWidth(before.label)) / 2 + GAP;
  });
}
