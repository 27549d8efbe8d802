import { shapeOf } from './column-shapes.js';
import { type Curve, isState, labels } from './curve.js';
import { fromPairs, pairsOf, withPair } from './pairs.js';
import type { NamedColumn } from './table-columns.js';
import { alike, distinct, isTransfer, keyOf, terminalOf, terminals } from './terminals.js';
import { whoseColumn, whoseGroup } from './whose-curves.js';

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
  const directions = distinct(used.filter(isState).map(({ direction }) => direction ?? ''));
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
  const found = used.filter(isState);
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

/** Columns i_0, i_1 … beside a voltage that does not sweep are reads of one state. */
function repeatedReads(main: readonly NamedColumn[], voltages: readonly NamedColumn[]): boolean {
  if (!alike(main)) return false;
  return (
    voltages.length === 1 &&
    !shapeOf(voltages[0].values).ramps &&
    main.some(({ number }) => number !== undefined)
  );
}

const columnsIn = (used: readonly NamedColumn[], group: string): number =>
  used.filter((column) => column.group === group).length;
