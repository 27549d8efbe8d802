/**
 * Transients beside ngspice (`ngspice` on the path; left out where there is none): error against steps on two memristors and an
 * RC step, then the time that equal errors take on three large circuits. Errors are against our own run at a tolerance far below, over the
 * largest value. Both programs run at several tolerances, in turn; for every error of ngspice's, what ours takes for the same is read off its
 * curve of time over error. Times are processor time, the best of several rounds: of the whole program as a command, start and files
 * among it; of reading and solving in a process whose code is warm, beside all of ngspice; and of the steps, less a run of one step.
 *   npm run build && node dist/bench/transients.js [mesh] [cells] [network] [precision]
 */
import { machine } from './machine.js';
import {
  asCommand,
  type Cost,
  cells,
  costOf,
  type Deck,
  driven,
  errorOf,
  type Found,
  mesh,
  network,
  oneStep,
  ours,
  SEED,
  step,
  theirs,
  threshold,
} from './transients/index.js';

function line(name: string, reltol: number, found: Found | undefined, error: number): string {
  if (found === undefined) return `  ${name} ${reltol}: not there, or stopped`;
  const { points, newton } = found;
  const steps = `${points} steps${newton === undefined ? '' : `, ${newton} Newton steps`}`;
  return `  ${name} ${reltol}: ${steps}, error ${error.toExponential(1)}`;
}

async function precision(name: string, deck: Deck, tolerances: readonly number[]): Promise<void> {
  console.log(name);
  const fine = await ours(deck, Math.min(...tolerances) / 100);
  for (const reltol of tolerances) {
    const [own, other] = [await ours(deck, reltol), theirs(deck, reltol)];
    console.log(line('ohmprop', reltol, own, errorOf(own, fine)));
    console.log(line('ngspice', reltol, other, other === undefined ? Number.NaN : errorOf(other, fine)));
  }
}

/** The least times of one program at one tolerance, s. */
interface Times {
  readonly reltol: number;
  error: number;
  command: number;
  whole: number;
  steps: number;
}

const begun = (reltol: number): Times => {
  const none = Number.POSITIVE_INFINITY;
  return { reltol, error: Number.NaN, command: none, whole: none, steps: none };
};

interface Asked {
  readonly own: readonly number[];
  readonly other: readonly number[];
  /** Of the reference. */
  readonly fine: number;
  readonly rounds: number;
}

/** What equal errors take: both programs at their tolerances in turn, best of the rounds. */
async function equalErrors(name: string, deck: Deck, { own, other, fine, rounds }: Asked): Promise<void> {
  console.log(`${name}; ${machine()}`);
  const reference = await ours(deck, fine);
  const [mine, others] = [own.map(begun), other.map(begun)];
  let [mineBefore_s, othersBefore_s] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const before = theirs(oneStep(deck), other[0]);
    othersBefore_s = Math.min(othersBefore_s, before?.seconds ?? Number.POSITIVE_INFINITY);
    for (let k = 0; k < Math.max(own.length, other.length); k++) {
      if (k < own.length) {
        mineBefore_s = Math.min(mineBefore_s, (await ours(oneStep(deck), own[0])).seconds);
        const found = await ours(deck, own[k]);
        if (round === 0) {
          mine[k].error = errorOf(found, reference);
          console.log(line('ohmprop', own[k], found, mine[k].error));
        }
        mine[k].whole = Math.min(mine[k].whole, found.seconds);
        mine[k].command = Math.min(mine[k].command, asCommand(deck, own[k]) ?? Number.POSITIVE_INFINITY);
      }
      if (k < other.length) {
        const found = theirs(deck, other[k]);
        if (round === 0) {
          others[k].error = found === undefined ? Number.NaN : errorOf(found, reference);
          console.log(line('ngspice', other[k], found, others[k].error));
        }
        others[k].whole = Math.min(others[k].whole, found?.seconds ?? Number.POSITIVE_INFINITY);
        others[k].command = others[k].whole;
      }
    }
  }
  for (const one of mine) one.steps = one.whole - mineBefore_s;
  for (const one of others) one.steps = one.whole - othersBefore_s;
  tell('ohmprop', mine, mineBefore_s);
  tell('ngspice', others, othersBefore_s);
  for (const there of others) {
    const ratios = (['command', 'whole', 'steps'] as const).map((what) => {
      const curve = mine.map((one): Cost => ({ error: one.error, seconds: one[what] }));
      const seconds = costOf(there.error, curve);
      const ratio = seconds === undefined ? undefined : there[what] / seconds;
      return `${what} ${ratio === undefined ? 'nobody knows' : `${ratio.toFixed(1)} x`}`;
    });
    console.log(
      `  at ngspice's error of ${there.error.toExponential(1)} (its reltol ${there.reltol}): ${ratios.join(', ')}`,
    );
  }
  console.log(`  ${machine()}`);
}

function tell(name: string, all: readonly Times[], before_s: number): void {
  console.log(`  ${name}: reading, setting up and one step ${before_s.toFixed(3)} s`);
  for (const { reltol, error, command, whole, steps } of all) {
    const [a, b, c] = [command, whole, steps].map((seconds) => seconds.toFixed(3));
    console.log(
      `  ${name} ${reltol}: command ${a} s, whole ${b} s, steps ${c} s, error ${error.toExponential(1)}`,
    );
  }
}

const asked = process.argv.slice(2);
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name);
console.log(`${machine()}, seed ${SEED}`);
if (wanted('precision')) {
  const all = [1e-3, 1e-4, 1e-5, 1e-6];
  await precision('RC step', step, all);
  await precision('linear ion drift, Joglekar window', driven, all);
  await precision('VTEAM, sine', threshold, all);
}
if (wanted('cells'))
  await equalErrors('32 × 32 cells of a transistor and a memristor', cells(32), {
    own: [1, 3e-2, 1e-3, 1e-4],
    other: [1e-2, 1e-3, 1e-4, 1e-5],
    fine: 1e-6,
    rounds: 3,
  });
if (wanted('network'))
  await equalErrors('784-128-10 with diodes and capacitances', network(), {
    own: [1, 1e-1, 1e-2, 1e-3],
    other: [1e-3, 1e-4, 1e-5],
    fine: 1e-6,
    rounds: 2,
  });
if (wanted('mesh'))
  await equalErrors('RC mesh of 10⁴ nodes', mesh(100), {
    own: [1, 1e-1, 1e-2, 1e-3],
    other: [1e-3],
    fine: 1e-5,
    rounds: 1,
  });
