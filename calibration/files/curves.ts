import { shapeOf } from './column-shapes.js';
import type { NamedColumn } from './table-columns.js';
import { bracketed, whoseColumn, whoseGroup } from './whose-curves.js';

/** Columns of one table that belong together: one curve. */
export interface Curve {
  readonly name: string;
  readonly columns: readonly NamedColumn[];
  readonly direction?: 'up' | 'down';
  readonly cell?: string;
  /** Which repetition on one cell, where its heading says so. */
  readonly cycle?: number;
  /** Nothing says whether the other curves of its table are of other cells, or of this one again. */
  readonly doubtful?: boolean;
  /** A current of one terminal over the voltage of another: of a transistor, no curve of a cell. */
  readonly transfer?: boolean;
}

const values = new Set(['current_A', 'resistance_Ohm', 'conductance_S']);
const axes = new Set([
  'time_s',
  'voltage_V',
  'appliedVoltage_V',
  'pulse',
  'amplitude_V',
  'width_s',
  'cycle',
  'direction',
  'polarity',
  'level',
]);

/**
 * Which columns of a table are one curve: by groups above the names, by direction (LTP, LTD), by number or terminal (`V2` and
 * `I2`, `AV` and `AI`), or one axis for several columns of values.
 * @param remarks gains what was chosen among several
 */
export function curvesOf(columns: readonly NamedColumn[], remarks: string[]): Curve[] {
  return splitCurves(columns, remarks).map((curve) => withOneAxis(curve, remarks));
}

/** Of several times, counts or cycles the one that moves is the axis. */
function withOneAxis(curve: Curve, remarks: string[]): Curve {
  const second = ['time_s', 'pulse', 'cycle'].flatMap((role) => {
    const found = curve.columns.filter((column) => column.role === role);
    if (found.length < 2) return [];
    const axis = found.find(({ values }) => !shapeOf(values).constant) ?? found[0];
    return found.filter((column) => column !== axis);
  });
  if (second.length === 0) return curve;
  remarks.push(`not used beside the first of their kind: ${labels(second)}`);
  return { ...curve, columns: curve.columns.filter((column) => !second.includes(column)) };
}

function splitCurves(columns: readonly NamedColumn[], remarks: string[]): Curve[] {
  const used = columns.filter(
    ({ role, unused, values }) => role !== undefined && !unused && values.some((x) => !Number.isNaN(x)),
  );
  const groups = distinct(used.map(({ group }) => group));
  if (groups.length > 1) {
    const shared = used.filter(({ group }, at) => group === '' || (at === 0 && columnsIn(used, group) === 1));
    const named = groups.filter(
      (group) => group !== '' && !(shared.length === 1 && shared[0].group === group),
    );
    return named.flatMap((group) =>
      splitCurves(
        [...shared, ...used.filter((column) => column.group === group)].map((column) => ({
          ...column,
          group: '',
        })),
        remarks,
      ).map((curve) => ({
        ...curve,
        name: [group, curve.name].filter((part) => part !== '').join(' '),
        ...(curve.cell === undefined && curve.cycle === undefined ? whoseGroup(group) : {}),
      })),
    );
  }
  const directions = distinct(
    used.filter(({ role = '' }) => values.has(role)).map(({ direction }) => direction ?? ''),
  );
  if (directions.includes('up') && directions.includes('down')) {
    return (['up', 'down'] as const).flatMap((direction) =>
      splitCurves(
        used
          .filter((column) => column.direction === undefined || column.direction === direction)
          .map(({ direction: _, ...column }) => column),
        remarks,
      ).map((curve) => ({
        ...curve,
        name: [direction, curve.name].filter((part) => part !== '').join(' '),
        direction,
      })),
    );
  }
  const curves = byPairs(used, remarks);
  const [direction] = directions;
  const known = directions.length === 1 && (direction === 'up' || direction === 'down');
  return known && !used.some(({ role }) => role === 'voltage_V')
    ? curves.map((curve) => ({ ...curve, direction }))
    : curves;
}

function byPairs(all: readonly NamedColumn[], remarks: string[]): Curve[] {
  const used = oneVoltage(all, remarks);
  const voltages = used.filter(({ role }) => role === 'voltage_V');
  const found = used.filter(({ role = '' }) => values.has(role));
  const currents = used.filter(({ role }) => role === 'current_A');
  const main = currents.length > 0 ? currents : found;
  if (voltages.length > 1 && main.length > 1) {
    const pairs = pairsOf(voltages, main);
    if (pairs.length > 1) return fromPairs(pairs, used, remarks);
    if (pairs.length === 1) return [{ name: '', columns: withPair(pairs[0], used) }];
  }
  if (main.length > 1 && !alike(main)) {
    const sameTerminal = voltages.length === 1 ? main.filter((one) => keyOf(one) === keyOf(voltages[0])) : [];
    if (sameTerminal.length === 1 && keyOf(voltages[0]) !== '') {
      remarks.push(
        `current of ${sameTerminal[0].label} used, as the voltage is of the same terminal; not used: ${labels(main.filter((one) => one !== sameTerminal[0]))}`,
      );
      return [{ name: '', columns: used.filter((one) => !main.includes(one) || one === sameTerminal[0]) }];
    }
  }
  if (isEndurance(main, used)) return [{ name: '', columns: [...used] }];
  if (
    main.length > 1 &&
    distinct(main.map(({ label }) => label)).length === main.length &&
    !repeatedReads(main, voltages)
  ) {
    return main.map((one) => ({
      name: one.label,
      columns: [...used.filter((other) => !main.includes(other)), one],
      ...whoseColumn(one, main),
    }));
  }
  if (voltages.length === 1 && currents.length === 1) {
    const [one, other] = [terminalOf(voltages[0].name), terminalOf(currents[0].name)];
    if (one !== other && terminals.test(one) && terminals.test(other)) {
      remarks.push(
        `${voltages[0].label} and ${currents[0].label} are of different terminals: no two-terminal curve`,
      );
      if (isTransfer(one, other)) return [{ name: '', columns: [...used], transfer: true }];
    }
  }
  return [{ name: '', columns: [...used] }];
}

const lowState = /lrs|\b[rgi]? ?on\b|low/i;
const highState = /hrs|\b[rgi]? ?off\b|high/i;

/** What stands beside the states of a cycle. */
const ofCycles = new Set([
  'cycle',
  'setVoltage_V',
  'resetVoltage_V',
  'resetCurrent_A',
  'lowResistanceCurrent_A',
  'highResistanceCurrent_A',
]);

/** Both states of one cell over the cycles: `cycle, R_LRS, R_HRS`, thresholds beside them. One table, as its window is of both. */
function isEndurance(main: readonly NamedColumn[], used: readonly NamedColumn[]): boolean {
  if (main.length !== 2 || main[0].role !== main[1].role) return false;
  const others = used.filter((column) => !main.includes(column));
  const names = main.map(({ label }) => label.replaceAll('_', ' '));
  const states = [lowState, highState].map((state) => names.filter((name) => state.test(name)));
  return (
    others.length > 0 &&
    others.every(({ role = '' }) => ofCycles.has(role)) &&
    states.every((found) => found.length === 1) &&
    states[0][0] !== states[1][0]
  );
}

/** Names of the voltage at the device, surest first. */
const atDevice: readonly RegExp[] = [/^vf$|^ewe$|^we\b|meas|dut|device|memristor|cell/i, /^v(oltage)?$/i];

/**
 * The columns with one voltage for one current: the applied one stands in where no other is; of several the one at the device is
 * taken, by its name, or as the only one that moves.
 */
function oneVoltage(all: readonly NamedColumn[], remarks: string[]): NamedColumn[] {
  const voltages = all.filter(({ role }) => role === 'voltage_V');
  if (voltages.length === 0) {
    const applied = all.filter(({ role }) => role === 'appliedVoltage_V');
    return all.map((one) => (one === applied[0] ? { ...one, role: 'voltage_V' } : one));
  }
  const currents = all.filter(({ role }) => role === 'current_A');
  if (voltages.length === 1 || currents.length !== 1) return [...all];
  const own = voltages.filter((one) => keyOf(one) !== '' && keyOf(one) === keyOf(currents[0]));
  const moving = voltages.filter(({ values }) => !shapeOf(values).held);
  const named = atDevice
    .map((pattern) => moving.filter(({ name }) => pattern.test(name)))
    .find((found) => found.length === 1);
  const chosen = own.length === 1 ? own : moving.length === 1 ? moving : named;
  if (chosen === undefined) return [...all];
  const left = voltages.filter((one) => one !== chosen[0]);
  remarks.push(`voltage of ${chosen[0].label} used; not used: ${labels(left)}`);
  return all.filter((one) => !left.includes(one));
}

/** The current through a transistor over the voltage that controls it. */
function isTransfer(voltage: string, current: string): boolean {
  const [v, i] = [voltage.toLowerCase(), current.toLowerCase()];
  if (/^(?:gate|g|gs)$/.test(v)) return /^(?:drain|d|ds|source|s)$/.test(i);
  return /^(?:base|b|be)$/.test(v) && /^(?:collector|c|ce|emitter|e)$/.test(i);
}

const terminals =
  /^(drain|gate|source|bulk|anode|cathode|base|emitter|collector|top|bottom|[a-egs]|ds|gs|be|ce)$/i;

/** Columns i_0, i_1 … beside a voltage that does not sweep are reads of one state. */
function repeatedReads(main: readonly NamedColumn[], voltages: readonly NamedColumn[]): boolean {
  if (!alike(main)) return false;
  return (
    voltages.length === 1 &&
    !shapeOf(voltages[0].values).ramps &&
    main.some(({ number }) => number !== undefined)
  );
}

const alike = (columns: readonly NamedColumn[]): boolean =>
  distinct(columns.map(({ name, owner = '' }) => `${owner}.${terminalOf(name)}`)).length === 1;

/** What names the terminal, device or repetition of a column: `Drain` of DrainI, `2` of V2, `Smu1 1.2` of Smu1.V[1][2]. */
function keyOf({ name, number = '', owner = '' }: NamedColumn): string {
  return [owner, terminalOf(name), number].filter((part) => part !== '').join(' ');
}

function terminalOf(name: string): string {
  const terminal = /^([A-D]|.*[a-z\d])[VI]$/.exec(name);
  if (terminal !== null) return terminal[1];
  const lower = /^[viVI][_ ]?([a-zA-Z]{1,4})$/.exec(name);
  if (lower !== null && !/^(oltage|olt)$/.test(lower[1])) return lower[1].toLowerCase();
  return name
    .replace(/volt(age|s)?|curr(ent)?|potential|resist(ance)?|conduct(ance)?|amps?\b/gi, '')
    .replace(/^[viru]$|\b[viru]\b/gi, '')
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Beside a voltage that is swept, one that moves by this share of its range is held. */
const HELD = 0.02;

type Pair = readonly [voltage: NamedColumn, current: NamedColumn];

function pairsOf(voltages: readonly NamedColumn[], currents: readonly NamedColumn[]): Pair[] {
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

function fromPairs(all: readonly Pair[], used: readonly NamedColumn[], remarks: string[]): Curve[] {
  // a terminal whose current is held by a source follows another's sweep: no curve of a cell
  const held = all.filter(([, current]) => shapeOf(current.values).held);
  const pairs = held.length < all.length ? all.filter((pair) => !held.includes(pair)) : all;
  if (pairs.length < all.length)
    remarks.push(`not used, as their current is held: ${held.map((pair) => labels([...pair])).join(', ')}`);
  if (pairs.length === 1) return [{ name: '', columns: withPair(pairs[0], used) }];
  const shapes = new Map(pairs.map(([voltage]) => [voltage, shapeOf(voltage.values)]));
  const range = ([voltage]: Pair): number => {
    const shape = shapes.get(voltage);
    return shape?.spread ?? 0;
  };
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
function withPair([voltage, current]: Pair, used: readonly NamedColumn[]): NamedColumn[] {
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

const columnsIn = (used: readonly NamedColumn[], group: string): number =>
  used.filter((column) => column.group === group).length;
const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
const labels = (columns: readonly NamedColumn[]): string => columns.map(({ label }) => label).join(', ');
