import { shapeOf } from './column-shapes.js';
import { axes, type Curve, labels } from './curve.js';
import type { NamedColumn } from './table-columns.js';
import { distinct, keyOf } from './terminals.js';
import { bracketed } from './whose-curves.js';

/** Beside a voltage that is swept, one that moves by this share of its range is held. */
const HELD = 0.02;

/** A voltage and the current of the same terminal. */
export type Pair = readonly [voltage: NamedColumn, current: NamedColumn];

/** Voltages with their currents: under one key, or side by side. */
export function pairsOf(voltages: readonly NamedColumn[], currents: readonly NamedColumn[]): Pair[] {
  const byKey = voltages.flatMap((voltage): Pair[] => {
    const fitting = currents.filter((current) => keyOf(current) === keyOf(voltage));
    return fitting.length === 1 ? [[voltage, fitting[0]]] : [];
  });
  if (byKey.length > 0) return byKey;
  // V I V I: side by side, under the same names.
  if (voltages.length !== currents.length) return [];
  const ordered = voltages.map((voltage, at): Pair => [voltage, currents[at]]);
  const sideBySide = ordered.every(([voltage, current]) => Math.abs(voltage.at - current.at) <= 2);
  return sideBySide ? ordered : [];
}

/** Curves of several pairs; those that are held are none. */
export function fromPairs(all: readonly Pair[], used: readonly NamedColumn[], remarks: string[]): Curve[] {
  // a terminal whose current is held by a source follows another's sweep: no curve of a cell
  const held = all.filter(([, current]) => shapeOf(current.values).held);
  const moving = held.length < all.length ? all.filter((pair) => !held.includes(pair)) : all;
  // beside a terminal that is swept, one whose voltage goes nowhere is held or left open: what flows there is no train
  const shapes = new Map(moving.map((pair) => [pair, shapeOf(pair[0].values)]));
  const range = (pair: Pair): number => shapes.get(pair)!.spread;
  const [ramps, others] = [true, false].map((wanted) =>
    moving.filter((pair) => shapes.get(pair)!.ramps === wanted),
  );
  const most = Math.max(0, ...ramps.map(range));
  const open = most > 0 ? others.filter((pair) => range(pair) > HELD * most) : [];
  const pairs = moving.filter((pair) => !open.includes(pair));
  if (open.length > 0)
    remarks.push(
      `not used, as their voltage is not swept: ${open.map((pair) => labels([...pair])).join(', ')}`,
    );
  if (moving.length < all.length)
    remarks.push(`not used, as their current is held: ${held.map((pair) => labels([...pair])).join(', ')}`);
  if (pairs.length === 1) return [{ name: '', columns: withPair(pairs[0], used) }];
  const widest = Math.max(...pairs.map(range));
  const swept = pairs.filter((pair) => range(pair) > HELD * widest);
  if (swept.length === 1) {
    const held = pairs.filter((pair) => pair !== swept[0]);
    remarks.push(
      `${labels([...swept[0]])} used; ${held.map(([voltage]) => `${voltage.label} is held at ${shapeOf(voltage.values).low} V`).join(', ')} and not used`,
    );
    return [{ name: '', columns: withPair(swept[0], used) }];
  }
  const chosen = swept.length === 0 ? pairs : swept;
  const left = pairs.filter((pair) => !chosen.includes(pair));
  if (left.length > 0)
    remarks.push(`not used, as their voltage is held: ${left.map((pair) => labels([...pair])).join(', ')}`);
  return chosen.map((pair, at) => ({
    name: keyOf(pair[0]) === '' ? `curve ${at + 1}` : `curve ${keyOf(pair[0])}`,
    columns: withPair(pair, used),
    // V[1][2] and AV(2) are how instruments number the runs on one device
    ...(chosen.length > 1 && !bracketed(pair[0]) ? { doubtful: true } : {}),
  }));
}

/** A pair with what belongs to it: its own time, or that of all. */
export function withPair([voltage, current]: Pair, used: readonly NamedColumn[]): NamedColumn[] {
  const others = used.filter(({ role = '' }) => axes.has(role) && role !== 'voltage_V');
  const own = others.filter((one) => keyOf({ ...one, name: '' }) === keyOf({ ...voltage, name: '' }));
  const roles = distinct(others.map(({ role }) => role ?? ''));
  const shared = roles.flatMap((role) => {
    const candidates = others.filter((one) => one.role === role);
    const mine = candidates.filter((one) => own.includes(one));
    const [before] = candidates.filter(({ at }) => at < voltage.at).slice(-1);
    return candidates.length === 1
      ? candidates
      : mine.length === 1
        ? mine
        : before === undefined
          ? []
          : [before];
  });
  return [...shared, voltage, current].sort((a, b) => a.at - b.at);
}
