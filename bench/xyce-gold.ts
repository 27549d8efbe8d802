/**
 * Decks of Xyce_Regression beside their own gold files (`OutputData/…/NAME.cir.prn`), read where they are; nothing of them is kept.
 * Compared is every printed voltage and source current: of transients how far the gold lies from all that ours goes through around
 * its time, over full scale; of sweeps the value. Xyce's own criterion is 2 %, and its gold is made at its default tolerances.
 *   npm run build && node dist/bench/xyce-gold.js FOLDER [--seconds 20] [--only PART-OF-A-NAME]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSpice, type SpiceCircuit } from '../circuits/spice/index.js';
import { isUsable, OhmpropError } from '../core/index.js';
import { OperatingPointSolver, operatingPoint, sweepDc } from '../solver/mna/index.js';
import { solveTransient } from '../solver/time/index.js';
import { machine } from './machine.js';

const WITHIN = 0.02;
const { values: asked, positionals } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== 'xyce-gold'),
  options: { seconds: { type: 'string', default: '20' }, only: { type: 'string', default: '' } },
  allowPositionals: true,
});

interface Gold {
  readonly names: readonly string[];
  readonly columns: readonly (readonly number[])[];
}

/** A table in columns of blanks; undefined where it is another format or holds no numbers. */
function readGold(text: string): Gold | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^End of/i.test(line));
  const names = lines[0]?.trim().split(/\s+/) ?? [];
  const rows = lines.slice(1).map((line) => line.trim().split(/\s+/).map(Number));
  if (!/^index$/i.test(names[0]) || rows.length === 0) return undefined;
  if (rows.some((row) => row.length !== names.length || row.some(Number.isNaN))) return undefined;
  return { names, columns: names.map((_, k) => rows.map((row) => row[k])) };
}

type Curve = (k: number) => number;

/** What a column's name asks for, of our curves. */
function curveOf(name: string, curves: ReadonlyMap<string, ArrayLike<number>>): Curve | undefined {
  const plain = name
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase()
    .replaceAll(':', '.');
  const two = /^v\(([^(),]+)(?:,([^(),]+))?\)$/.exec(plain);
  if (two !== null) {
    const [plus, minus] = [two[1], two[2] ?? '0'].map((node) =>
      node === '0' || node === 'gnd' ? undefined : curves.get(`v(${node})`),
    );
    if ((plus === undefined && two[1] !== '0') || (minus === undefined && (two[2] ?? '0') !== '0'))
      return undefined;
    return (k) => (plus?.[k] ?? 0) - (minus?.[k] ?? 0);
  }
  const own = curves.get(plain);
  return own && ((k) => own[k]);
}

interface Ours {
  readonly status: string;
  readonly time_s?: ArrayLike<number>;
  readonly count: number;
  readonly curves: ReadonlyMap<string, ArrayLike<number>>;
}

async function solve(circuit: SpiceCircuit, seconds: number): Promise<Ours> {
  const { transient, dc, tolerances, initialVoltages_V } = circuit.analyses;
  const named = (v: object, i: object): Map<string, ArrayLike<number>> =>
    new Map([
      ...Object.entries(v).map(([name, values]) => [`v(${name})`, values] as const),
      ...Object.entries(i).map(([name, values]) => [`i(${name})`, values] as const),
    ]);
  if (transient.length > 0) {
    const { step_s, stop_s, start_s } = transient[0];
    const asIs = { ...transient[0], step_s: Math.min(step_s, (stop_s - start_s) / 2000) };
    const { status, value } = await solveTransient(circuit, asIs, {
      ...tolerances,
      reltol: 1e-5,
      initialVoltages_V,
      signal: AbortSignal.timeout(1000 * seconds),
    });
    const curves = named(value.voltages_V, value.currents_A);
    return { status, time_s: value.time_s, count: value.time_s.length, curves };
  }
  if (dc.length > 0) {
    const { voltages_V, currents_A, failures } = sweepDc(circuit, dc[0].ranges);
    const curves = named(voltages_V, currents_A);
    return { status: failures[0]?.status ?? 'settled', count: [...curves.values()][0]?.length ?? 0, curves };
  }
  const { status, voltages_V, currents_A } = operatingPoint(new OperatingPointSolver(circuit).solve());
  const single = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return { status, count: 1, curves: named(single(voltages_V), single(currents_A)) };
}

function difference(gold: Gold, ours: Ours): { worst: number; at: string; compared: number } {
  const timeAt = gold.names.findIndex((name) => /^time$/i.test(name));
  let [worst, at, compared] = [0, '', 0];
  gold.names.forEach((name, n) => {
    const curve = n === timeAt || n === 0 ? undefined : curveOf(name, ours.curves);
    if (curve === undefined) return;
    const values = gold.columns[n];
    compared++;
    const scale = Math.max(/^\{?i/i.test(name) ? 1e-9 : 1e-6, ...values.map(Math.abs));
    // Where a source jumps at time 0, the gold begins before the jump and ours after it.
    const first = timeAt >= 0 && gold.columns[timeAt][0] === 0 ? 1 : 0;
    for (let k = first, from = 0; k < values.length; k++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      if (ours.time_s === undefined || timeAt < 0) {
        low = high = curve(ours.count === 1 ? 0 : k);
      } else {
        const times = gold.columns[timeAt];
        const [begin, last] = [times[Math.max(0, k - 1)], times[Math.min(values.length - 1, k + 1)]];
        while (from + 1 < ours.count && ours.time_s[from + 1] <= begin) from++;
        for (let j = from; j < ours.count && (j === from || ours.time_s[j - 1] < last); j++) {
          low = Math.min(low, curve(j));
          high = Math.max(high, curve(j));
        }
      }
      const off = Math.max(0, low - values[k], values[k] - high) / scale;
      if (!(off <= worst)) [worst, at] = [off, name];
    }
  });
  return { worst, at, compared };
}

async function judge(file: string, goldFile: string): Promise<[kind: string, words: string]> {
  const text = readFileSync(file, 'latin1');
  if (/^\s*\.step\b/im.test(text)) return ['left out', '.step: its gold has several runs in one table'];
  const gold = readGold(readFileSync(goldFile, 'latin1'));
  if (gold === undefined) return ['left out', 'its gold is no table of plain columns'];
  let circuit: SpiceCircuit;
  try {
    circuit = parseSpice(text, {
      file: 'deck',
      dialect: 'xyce',
      include: (name, from) => {
        const path = isAbsolute(name) ? name : join(dirname(from === 'deck' ? file : from), name);
        return { text: readFileSync(path, 'latin1'), file: path };
      },
    });
    const timeAt = gold.names.findIndex((name) => /^time$/i.test(name));
    const last_s = timeAt < 0 ? 0 : gold.columns[timeAt][gold.columns[timeAt].length - 1];
    if (last_s > 1.01 * (circuit.analyses.transient[0]?.stop_s ?? last_s))
      return ['left out', 'its gold is of a longer run than the deck asks for'];
    const ours = await solve(circuit, Number(asked.seconds));
    if (ours.status === 'aborted') return ['too long', `${asked.seconds} s`];
    if (!isUsable(ours.status as never)) return ['ends otherwise', ours.status];
    const { worst, at, compared } = difference(gold, ours);
    if (compared === 0) return ['nothing to compare', gold.names.slice(1).join(' ').slice(0, 80)];
    const words = `${compared} of ${gold.names.length - 1} columns, ${worst.toExponential(1)} ${at}`;
    return [worst <= 1e-3 ? 'agrees 1e-3' : worst <= WITHIN ? 'agrees 2 %' : 'DIFFERS', words];
  } catch (error) {
    if (error instanceof OhmpropError) return ['refused', error.message.split('\n')[0].slice(0, 160)];
    return ['CRASH', `${error instanceof Error ? error.stack : error}`.slice(0, 300)];
  }
}

console.log(machine());
for (const folder of positionals) {
  const decks = readdirSync(join(folder, 'Netlists'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cir') && name.includes(asked.only))
    .sort();
  const counts = new Map<string, number>();
  for (const name of decks) {
    const gold = join(folder, 'OutputData', `${name}.prn`);
    if (!existsSync(gold)) continue;
    const [kind, words] = await judge(join(folder, 'Netlists', name), gold);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    console.log(`${kind.padEnd(18)} ${relative('.', name)}: ${words}`);
  }
  console.log([...counts].map(([kind, n]) => `${n} ${kind}`).join(', '));
}
