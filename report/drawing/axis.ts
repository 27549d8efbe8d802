import { cutNames, shownText, textWidth } from './text.js';
import { linearTicks, logTicks, tickLabels } from './ticks.js';

/** A labelled place of an axis. */
export interface Tick {
  /** From 0, the axis' beginning, to 1. */
  readonly at: number;
  readonly label: string;
}

/** One side of a panel: where a value stands, and which values are labelled. */
export interface Axis {
  readonly title?: string;
  /** From 0 (left, below) to 1; NaN for what has no place. */
  at(value: number): number;
  /** About `count` labelled places. */
  ticks(count: number): readonly Tick[];
  /** Whether lines across the panel stand at the ticks. */
  readonly grid: boolean;
  /** Whether every tick is a name that should be shown, upright where it does not fit. */
  readonly names: boolean;
}

/** What linear and logarithmic axes are told. */
export interface NumberAxis {
  readonly domain: readonly [low: number, high: number];
  readonly title?: string;
  /** Default true of an axis on the left, false of one below. */
  readonly grid?: boolean;
  /** The values are whole numbers. */
  readonly whole?: boolean;
  /** Only these are labelled, as far as they fit. */
  readonly values?: readonly number[];
}

export function linearAxis({ domain, title, grid = false, whole, values }: NumberAxis): Axis {
  const [low, high] = domain;
  const span = high - low || 1;
  const at = (value: number) => (value - low) / span;
  return {
    ...(title === undefined ? {} : { title }),
    at,
    ticks: (count) => labelled(values ?? linearTicks(low, high, count, whole ? 1 : 0), at, count),
    grid,
    names: false,
  };
}

/** @param given a domain of positive numbers */
export function logAxis({ domain, title, grid = false, values }: NumberAxis): Axis {
  const [low, high] = domain;
  const span = Math.log(high / low) || 1;
  const at = (value: number) => (value > 0 ? Math.log(value / low) / span : Number.NaN);
  return {
    ...(title === undefined ? {} : { title }),
    at,
    ticks(count) {
      const steps = values ?? logTicks(low, high);
      const decades = steps.filter((value) => Number.isInteger(Math.log10(value)));
      const ticks =
        values === undefined && steps.length > count * CROWDED && decades.length > 1 ? decades : steps;
      return labelled(ticks.length > 0 ? ticks : [low, high], at, count);
    },
    grid,
    names: false,
  };
}

/** Ticks may be so many times as many as asked for before some are left out. */
const CROWDED = 1.6;

function labelled(values: readonly number[], at: (value: number) => number, count: number): Tick[] {
  const every = Math.ceil(values.length / Math.max(1, count * CROWDED));
  const shown = values.filter((_, i) => i % every === 0);
  const labels = tickLabels(shown);
  return shown.map((value, i) => ({ at: at(value), label: labels[i] }));
}

/** What an axis of names in a row is told. */
export interface NameAxis {
  readonly names: readonly string[];
  readonly title?: string;
  /** Place 0 is at the end: on top of an axis on the left. */
  readonly fromTop?: boolean;
  /** A longer name is cut, points. */
  readonly most?: number;
}

/** Places 0, 1, 2 … side by side, each with a name. */
export function nameAxis({ names, title, fromTop = false, most = 90 }: NameAxis): Axis {
  const shown = cutNames(names, most);
  const at = (place: number) => {
    const share = (place + 0.5) / names.length;
    return fromTop ? 1 - share : share;
  };
  return {
    ...(title === undefined ? {} : { title }),
    at,
    ticks(count) {
      const every = Math.ceil(names.length / Math.max(1, count));
      return shown.flatMap((label, i) => (i % every === 0 ? [{ at: at(i), label }] : []));
    },
    grid: false,
    names: true,
  };
}

/** Places 0, 1, 2 … side by side, labelled by their numbers at a round step. */
export function placeAxis({
  count,
  title,
  fromTop = false,
}: {
  count: number;
  title?: string;
  fromTop?: boolean;
}): Axis {
  const at = (place: number) => {
    const share = (place + 0.5) / count;
    return fromTop ? 1 - share : share;
  };
  return {
    ...(title === undefined ? {} : { title }),
    at,
    ticks: (most) =>
      linearTicks(0, count - 1 || 0.5, most, 1).map((place) => ({ at: at(place), label: String(place) })),
    grid: false,
    names: false,
  };
}

/** The room that an axis' labels take on the left of a panel. */
export function widestLabel(ticks: readonly Tick[]): number {
  return Math.max(0, ...ticks.map(({ label }) => textWidth(shownText(label))));
}
