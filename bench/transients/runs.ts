import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSpice, readRaw } from '../../circuits/spice/index.js';
import { MonotoneCurve, solveTransient, type TransientWaveforms } from '../../solver/time/index.js';
import { ngspiceTime_s, programTime_s } from '../ngspice/index.js';
import { type Deck, textOf } from './decks.js';

/** A program is stopped after it, ms. */
const PATIENCE = 600_000;
const ONE_STEP = '1f 1f 0 1f uic';
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

type Curves = ReadonlyMap<string, { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> }>;

/** What a run found, and how many points it took. */
export interface Found {
  readonly seconds: number;
  readonly points: number;
  readonly newton?: number;
  readonly curves: Curves;
}

const optionsOf = (reltol: number): string => `reltol=${reltol} vntol=${reltol / 1e3}`;

/** A transient in this process: reading and solving, processor time. */
export async function ours(deck: Deck, reltol: number): Promise<Found> {
  const before = process.cpuUsage();
  const circuit = parseSpice(textOf(deck, optionsOf(reltol)));
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  const { status, value, stats } = await solveTransient(circuit, transient[0], {
    ...tolerances,
    initialVoltages_V,
  });
  const { user, system } = process.cpuUsage(before);
  if (status !== 'completed') throw new Error(`${status} ${stats.worst}`);
  const curves = new Map(
    deck.watched.map((node) => [node, { times: value.time_s, values: voltage(value, node) }]),
  );
  return {
    seconds: (user + system) / 1e6,
    points: stats.steps,
    newton: stats.newtonIterations,
    curves,
  };
}

const voltage = ({ voltages_V }: TransientWaveforms, node: string): Float64Array => voltages_V[node];

/** The same as a command of its own, its start and all files among the processor time, s. */
export function asCommand(deck: Deck, reltol: number): number | undefined {
  const [text, raw] = filesOf(deck, reltol);
  return programTime_s(process.execPath, [MAIN, 'circuit', 'run', text, '-o', raw, '--force'], PATIENCE);
}

/** ngspice's; nothing where it is not there, or does not end. */
export function theirs(deck: Deck, reltol: number): Found | undefined {
  const [text, raw] = filesOf(deck, reltol);
  const seconds = ngspiceTime_s(['-b', '-r', raw, text], PATIENCE);
  if (seconds === undefined) return undefined;
  const { variables } = readRaw(readFileSync(raw));
  const times = variables[0].values;
  const curves = new Map(
    deck.watched.map((node) => [
      node,
      { times, values: variables.find(({ name }) => name === `v(${node})`)!.values },
    ]),
  );
  return { seconds, points: times.length, curves };
}

function filesOf(deck: Deck, reltol: number): [text: string, raw: string] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const [text, raw] = [join(folder, 'a.cir'), join(folder, 'a.raw')];
  writeFileSync(text, textOf(deck, optionsOf(reltol)));
  return [text, raw];
}

/** The same up to the first step: what reading and setting up take. */
export const oneStep = (deck: Deck): Deck => ({ ...deck, tran: ONE_STEP });

/** The largest difference at the points of `found` from the curve of `fine`, over the largest value. */
export function errorOf(found: Found, fine: Found): number {
  let worst = 0;
  for (const [node, { times, values }] of found.curves) {
    const reference = fine.curves.get(node)!;
    const curve = new MonotoneCurve(reference.times, reference.values);
    const scale = Array.from(reference.values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    for (let k = 1, at = 1; k < times.length; k++) {
      while (at + 1 < reference.times.length && reference.times[at] < times[k]) at++;
      const [from, to] = [reference.times[at - 1], reference.times[at]];
      const difference = values[k] - curve.between(at, (times[k] - from) / (to - from));
      worst = Math.max(worst, Math.abs(difference) / scale);
    }
  }
  return worst;
}
