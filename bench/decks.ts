/**
 * Every deck of a folder beside ngspice (`ngspice` on the path): operating points and sweeps within 1e-6, transients within 1e-3 of
 * full scale, both programs at tight tolerances. Where a deck asks in a .control section only, its `op`, `dc` and `tran` lines are taken
 * as cards. Decks are read where they are and nothing of them is kept.
 *   npm run build && node dist/bench/decks.js FOLDER [FOLDER …] [--seconds 20] [--until 1]
 * --until: the share of a transient that is compared; a chaotic circuit is the same for the first of it alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import {
  parseSpice,
  type RawTable,
  readRaw,
  type SpiceCircuit,
  type SteppedValues,
} from '../circuits/spice/index.js';
import { isUsable, OhmpropError } from '../core/index.js';
import { OperatingPointSolver, operatingPoint, sweepDc } from '../solver/mna/index.js';
import { solveTransient } from '../solver/time/index.js';
import { machine } from './machine.js';

const WITHIN = { op: 1e-6, dc: 1e-6, tran: 1e-3 } as const;
type Analysis = keyof typeof WITHIN;
const options: Readonly<Record<Analysis, string>> = {
  op: '.options reltol=1e-9 abstol=1e-15 vntol=1e-12',
  dc: '.options reltol=1e-9 abstol=1e-15 vntol=1e-12',
  tran: '.options reltol=1e-5 abstol=1e-13 vntol=1e-8',
};

const { values: asked, positionals } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== 'decks'),
  options: { seconds: { type: 'string', default: '20' }, until: { type: 'string', default: '1' } },
  allowPositionals: true,
});
interface Deck {
  readonly analysis: Analysis;
  readonly text: string;
}

/** One analysis of a deck, a transient before a sweep before a point; undefined where it asks for none of them. */
function deckOf(text: string): Deck | undefined {
  const cards: string[] = [];
  const requests = new Map<string, string>();
  /** Numbers of the .control section that its analyses may use. */
  const lets = new Map<string, string>();
  let inControl = false;
  const lines = text.split(/\r?\n/);
  const plainEnd = lines.findIndex((line) => /^\s*\.end\s*$/i.test(line));
  for (const line of lines.slice(1, plainEnd < 0 ? undefined : plainEnd)) {
    if (/^\s*\.control\b/i.test(line)) inControl = true;
    const word = /^\s*\.?(op|dc|tran|ac|noise|tf|pz|disto|sens|four|print|plot|save|probe|meas|measure)\b/i
      .exec(line)?.[1]
      .toLowerCase();
    if (inControl) {
      const [, name, value] = /^\s*let\s+(\w+)\s*=\s*([-+*/.\w ]+)$/i.exec(line) ?? [];
      if (name !== undefined && !lets.has(name)) lets.set(name, value);
      if (word !== undefined && word in WITHIN && !requests.has(word))
        requests.set(word, `.${line.trim().replace(/\$&(\w+)/g, '{$1}')}`);
    } else if (word !== undefined && /^\s*\./.test(line)) {
      if (word in WITHIN) requests.set(word, line.trim());
    } else cards.push(line);
    if (/^\s*\.endc\b/i.test(line)) inControl = false;
  }
  const analysis = (['tran', 'dc', 'op'] as const).find((one) => requests.has(one));
  if (analysis === undefined) return undefined;
  for (const [, name] of requests.get(analysis)?.matchAll(/\{(\w+)\}/g) ?? []) {
    const value = lets.get(name);
    if (value !== undefined) cards.push(`.param ${name}={${value}}`);
  }
  return {
    analysis,
    text: [lines[0], ...cards, options[analysis], requests.get(analysis), '.end', ''].join('\n'),
  };
}

/** ngspice's own error falls with its longest step alone where thresholds and jumps are: a transient takes 10000 of them. */
function finer(deck: Deck, { analyses }: SpiceCircuit): Deck {
  const [tran] = analyses.transient;
  if (deck.analysis !== 'tran' || tran === undefined) return deck;
  const { step_s, stop_s, start_s, maxStep_s, useInitial } = tran;
  const longest_s = Math.min(maxStep_s ?? stop_s, (stop_s - start_s) / 1e4);
  const card = `.tran ${step_s} ${stop_s} ${start_s} ${longest_s}${useInitial ? ' uic' : ''}`;
  return { ...deck, text: deck.text.replace(/^\.tran\b.*$/im, card) };
}

function theirs({ text }: Deck, file: string, folder: string, seconds: number): RawTable | string {
  const [cir, raw] = [join(folder, 'deck.cir'), join(folder, 'deck.raw')];
  rmSync(raw, { force: true });
  writeFileSync(cir, text);
  const { stdout, stderr, error } = spawnSync('ngspice', ['-b', '-r', raw, cir], {
    cwd: dirname(file),
    encoding: 'utf8',
    timeout: 1000 * seconds,
  });
  if (error !== undefined) return 'stopped';
  try {
    const table = readRaw(readFileSync(raw));
    return table.variables[0]?.values.length ? table : 'nothing';
  } catch {
    return (/(error.*)/i.exec(`${stderr}\n${stdout}`)?.[1] ?? 'nothing').slice(0, 80);
  }
}

/** Curves by ngspice's names: `v(a)`, `i(v1)`; over time or the first swept value. */
interface Ours {
  readonly status: string;
  readonly x?: ArrayLike<number>;
  readonly curves: ReadonlyMap<string, ArrayLike<number>>;
}

async function ours(
  circuit: SpiceCircuit,
  analysis: Analysis,
  seconds: number,
  readAt: (stepped: SteppedValues) => SpiceCircuit,
): Promise<Ours> {
  const { analyses } = circuit;
  const named = (voltages: object, currents: object): Map<string, ArrayLike<number>> =>
    new Map([
      ...Object.entries(voltages).map(([name, values]) => [`v(${name})`, values] as const),
      ...Object.entries(currents).map(([name, values]) => [`i(${name})`, values] as const),
    ]);
  if (analysis === 'tran') {
    const { tolerances, initialVoltages_V, transient } = analyses;
    const signal = AbortSignal.timeout(1000 * seconds);
    // Saved densely, so that reading between points adds nothing.
    const dense = { ...transient[0], step_s: transient[0].step_s / 10 };
    const { status, value } = await solveTransient(circuit, dense, {
      ...tolerances,
      initialVoltages_V,
      signal,
    });
    return { status, x: value.time_s, curves: named(value.voltages_V, value.currents_A) };
  }
  if (analysis === 'dc' && analyses.dc.length === 0) {
    // `.dc temp`: everything depends on the temperature, so that the deck is read for each.
    const [{ label, values }] = analyses.steps;
    const points = values.map((value) =>
      operatingPoint(new OperatingPointSolver(readAt(new Map([[label, value]]))).solve()),
    );
    const columns = (of: 'voltages_V' | 'currents_A') =>
      Object.fromEntries(
        Object.keys(points[0][of]).map((name) => [name, points.map((one) => one[of][name])]),
      );
    const status = points.find((one) => one.status !== 'settled')?.status ?? 'settled';
    return { status, curves: named(columns('voltages_V'), columns('currents_A')) };
  }
  if (analysis === 'dc') {
    const { voltages_V, currents_A, failures } = sweepDc(circuit, analyses.dc[0].ranges);
    return { status: failures[0]?.status ?? 'settled', curves: named(voltages_V, currents_A) };
  }
  const { status, voltages_V, currents_A } = operatingPoint(new OperatingPointSolver(circuit).solve());
  const single = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return { status, curves: named(single(voltages_V), single(currents_A)) };
}

/**
 * The largest difference over full scale, and where. Of a transient it is how far a point of ngspice lies from all that ours goes
 * through between the points beside it: a jump stands no more exactly in ngspice's own steps. Of points and sweeps it is against
 * the value itself, or 1 µV and 1 nA.
 */
function difference(
  { x, curves }: Ours,
  { variables }: RawTable,
): { worst: number; at: string; compared: number } {
  let [worst, at, compared] = [0, '', 0];
  const times = variables[0].values;
  for (const { name, type, values } of variables) {
    const own = curves.get(ownName(name));
    if (own === undefined || name === 'time') continue;
    compared++;
    const small = type === 'current' ? 1e-9 : 1e-6;
    const scale = Math.max(small, span(values).largest);
    const until = x === undefined ? values.length : values.length * Number(asked.until);
    for (let k = 0, from = 0; k < until; k++) {
      let off: number;
      if (x === undefined) off = Math.abs(own[k] - values[k]) / Math.max(small, Math.abs(values[k]));
      else {
        const [first, last] = [times[Math.max(0, k - 1)], times[Math.min(values.length - 1, k + 1)]];
        while (from + 1 < x.length && x[from + 1] <= first) from++;
        let [low, high] = [own[from], own[from]];
        for (let n = from + 1; n < x.length && x[n - 1] < last; n++) {
          low = Math.min(low, own[n]);
          high = Math.max(high, own[n]);
        }
        off = Math.max(0, low - values[k], values[k] - high) / scale;
      }
      if (!(off <= worst)) [worst, at] = [off, name];
    }
  }
  return { worst, at, compared };
}

const ownName = (name: string): string => name.toLowerCase().replace(/^([a-z][\w.]*)#branch$/, 'i($1)');

function span(values: ArrayLike<number>, from = 0): { low: number; high: number; largest: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = from; k < values.length; k++) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return { low, high, largest: Math.max(Math.abs(low), Math.abs(high)) };
}

/** Mean period and height of what swings in the second half of a run; undefined where it does not. */
function swing(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
): { period: number; height: number } | undefined {
  const middle_s = times[times.length - 1] / 2;
  let from = 0;
  while (times[from] < middle_s) from++;
  const { low, high } = span(values, from);
  const level = (low + high) / 2;
  const rises: number[] = [];
  for (let k = from + 1; k < values.length; k++) {
    if (!(values[k - 1] < level && values[k] >= level)) continue;
    const share = (level - values[k - 1]) / (values[k] - values[k - 1]);
    rises.push(times[k - 1] + share * (times[k] - times[k - 1]));
  }
  if (rises.length < 4) return undefined;
  return { period: (rises[rises.length - 1] - rises[0]) / (rises.length - 1), height: high - low };
}

/** Of an oscillator, whose phase nobody keeps: the largest difference of a period or a height, as a share. */
function swingDifference({ x, curves }: Ours, { variables }: RawTable): number | undefined {
  let worst: number | undefined;
  for (const { name, type, values } of variables) {
    const own = curves.get(ownName(name));
    if (type !== 'voltage' || own === undefined || x === undefined) continue;
    const [one, other] = [swing(x, own), swing(variables[0].values, values)];
    if (one === undefined || other === undefined) continue;
    const off = Math.max(Math.abs(one.period / other.period - 1), Math.abs(one.height / other.height - 1));
    worst = Math.max(worst ?? 0, off);
  }
  return worst;
}

async function judge(file: string, folder: string, seconds: number): Promise<[kind: string, words: string]> {
  const deck = deckOf(readFileSync(file, 'latin1'));
  if (deck === undefined) return ['asks nothing', 'no op, dc or tran'];
  let circuit: SpiceCircuit;
  let found: Ours;
  try {
    const readAt = (stepped: SteppedValues) =>
      parseSpice(deck.text, {
        file: 'deck',
        stepped,
        include: (name, from) => {
          const path = isAbsolute(name) ? name : join(dirname(from === 'deck' ? file : from), name);
          return { text: readFileSync(path, 'latin1'), file: path };
        },
      });
    circuit = readAt(new Map());
    found = await ours(circuit, deck.analysis, seconds, readAt);
  } catch (error) {
    if (error instanceof OhmpropError) return ['refused', error.message.split('\n')[0].slice(0, 110)];
    return ['CRASH', `${error}`.slice(0, 110)];
  }
  const other = theirs(finer(deck, circuit), file, folder, seconds);
  if (typeof other === 'string')
    return [`ngspice fails`, `${deck.analysis}: ours ${found.status}; ngspice: ${other}`];
  if (!isUsable(found.status as never)) return ['ends otherwise', `${deck.analysis}: ${found.status}`];
  const { worst, at, compared } = difference(found, other);
  const words = `${deck.analysis}: ${compared} of ${other.variables.length} compared, ${worst.toExponential(1)} ${at}`;
  if (compared === 0) return ['nothing to compare', words];
  if (worst <= WITHIN[deck.analysis]) return ['agrees', words];
  const swinging = deck.analysis === 'tran' ? swingDifference(found, other) : undefined;
  return swinging === undefined
    ? ['DIFFERS', words]
    : [
        swinging <= WITHIN.tran ? 'agrees swinging' : 'DIFFERS',
        `${words}; periods and heights ${swinging.toExponential(1)}`,
      ];
}

const scratch = mkdtempSync(join(tmpdir(), 'decks-'));
console.log(machine());
for (const folder of positionals) {
  const files = (
    statSync(folder).isDirectory() ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : ['']
  )
    .filter((name) => name === '' || /\.(cir|sp|ckt|spice|net)$/i.test(name))
    .sort();
  const counts = new Map<string, number>();
  for (const name of files) {
    const file = join(folder, name);
    const [kind, words] = await judge(file, scratch, Number(asked.seconds));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    console.log(`${kind.padEnd(18)} ${relative(folder, file) || file}: ${words}`);
  }
  console.log(`${folder}: ${[...counts].map(([kind, n]) => `${n} ${kind}`).join(', ')}`);
}
rmSync(scratch, { recursive: true });
