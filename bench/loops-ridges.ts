/**
 * Whether fits that cannot tell a parameter say so, and fits that can do not: VTEAM driven once, fast and barely above its thresholds (speed,
 * threshold and power are one number then), a metastable switch driven at positive voltages alone (nothing resets), and both under the
 * triangles of `loops/synthetic.ts`, which tell everything. Of the ridges: whether the experiment that is proposed, simulated and added,
 * closes the profile, and whether a sine drawn at random, as long, does. Values are drawn within 20 %; each result is a line of the file.
 *   npm run bench -- loops-ridges [--seeds 50] [--minutes 4] [--file loops-ridges.jsonl]
 */
import { parseArgs } from 'node:util';
import {
  estimateLoops,
  type LoopData,
  LoopProblem,
  loopModel,
  scaleOf,
  weightsOf,
} from '../calibration/dynamics/index.js';
import { leastSquares } from '../calibration/estimates/index.js';
import { RandomStream, sineDrive } from '../core/index.js';
import { withCheckpoints } from './loops/checkpoints.js';
import { emptyLoop, measured, NOISE, triangles, truths } from './loops/synthetic.js';
import { machine } from './machine.js';

interface Judged {
  readonly key: string;
  readonly flagged: boolean;
  readonly open: readonly string[];
  /** Of ridges: the parameter that was to be told, and whether its profile closed. */
  readonly parameter?: string;
  readonly proposed?: boolean;
  readonly random?: boolean;
  readonly seconds: number;
}

const SAMPLES = 200;
const MOST_SAMPLES = 1200;

/** A sine that a cell is to be measured under. */
function sine(
  positive_V: number,
  negative_V: number,
  frequency_Hz: number,
  periods: number,
  samples = SAMPLES,
): LoopData {
  const n = Math.round(samples * periods);
  const times_s = Float64Array.from({ length: n + 1 }, (_, i) => i / (samples * frequency_Hz));
  const drive_V = times_s.map(sineDrive(positive_V, -negative_V, frequency_Hz));
  return emptyLoop(`${frequency_Hz} Hz`, times_s, drive_V, { series_ohm: 0 }, frequency_Hz);
}

function ridgeDrive(model: string, truth: readonly number[]): LoopData {
  if (model === 'vteam') return sine(1.2 * truth[5], -1.2 * truth[6], 100, 1, 100);
  return sine(0.8, -1e-3, 10, 1, 100);
}

/** What a fit from the truth says of loops: which parameters are open, and what would tell them. */
function judged(model: string, loops: readonly LoopData[], truth: readonly number[], only?: string[]) {
  const shared = truth.slice(0, -1);
  const starts = loops.map(() => truth[truth.length - 1]);
  const weights = weightsOf(loops, 0);
  const problem = new LoopProblem(loopModel(model), loops, scaleOf(loops), { weights });
  const fit = leastSquares(problem, [...shared, ...starts], { iterations: 200 });
  const found = estimateLoops(
    { model, values: Array.from(fit.values), weights },
    loops,
    only === undefined ? {} : { only, propose: false },
  );
  const open = problem.own.map(({ name }) => name).filter((name) => !found.estimates[name].identifiable);
  return { open, proposal: found.proposal };
}

function judgedOnce(kind: string, model: string, seed: number): Omit<Judged, 'key'> {
  const began = process.cpuUsage().user;
  const seconds = () => (process.cpuUsage().user - began) / 1e6;
  const random = new RandomStream(seed, `ridges ${kind} ${model}`);
  const own = truths[model];
  const truth = own.map((value, j) =>
    j === own.length - 1 ? value : value * (1 + 0.2 * (2 * random.uniform() - 1)),
  );
  let sigma_A = 0;
  const noise = (most: number): number => {
    if (sigma_A === 0) sigma_A = NOISE * most;
    return sigma_A;
  };
  const drive = kind === 'sound' ? triangles() : ridgeDrive(model, truth);
  const loop = measured(model, truth, drive, noise, 0, random);
  const { open, proposal } = judged(model, [loop], truth);
  const flagged = open.length > 0;
  if (kind === 'sound' || proposal === undefined) return { flagged, open, seconds: seconds() };
  const { parameter, positive_V, negative_V, frequency_Hz, periods } = proposal;
  const closes = (added: LoopData): boolean => {
    const other = measured(model, truth, added, noise, 0, random);
    return !judged(model, [loop, other], truth, [parameter]).open.includes(parameter);
  };
  const proposed = closes(sine(positive_V, negative_V, frequency_Hz, periods));
  // as long, its frequency drawn between one and thirty times what fits in, its amplitude as the proposals' are
  const span_s = periods / frequency_Hz;
  const times = Math.max(1, Math.round(Math.exp(random.uniform() * Math.log(30))));
  const share = 0.7 + 0.6 * random.uniform();
  const highest = drive.drive_V.reduce((a, v) => Math.max(a, v), 0);
  const lowest = drive.drive_V.reduce((a, v) => Math.min(a, v), 0);
  const samples = Math.max(16, Math.min(SAMPLES, Math.floor(MOST_SAMPLES / times)));
  const drawn = closes(sine(share * highest, share * lowest, times / span_s, times, samples));
  return { flagged, open, parameter, proposed, random: drawn, seconds: seconds() };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '50' },
      minutes: { type: 'string', default: '4' },
      file: { type: 'string', default: 'loops-ridges.jsonl' },
    },
  });
  const kinds = ['ridge', 'sound'].flatMap((kind) => ['vteam', 'mss'].map((model) => `${kind} ${model}`));
  const seeds = Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);
  const keys = seeds.flatMap((seed) => kinds.map((kind) => `${kind} ${seed}`));
  console.log(machine());
  const results = withCheckpoints<Judged>(values.file, keys, Number(values.minutes), (key) => {
    const [kind, model, seed] = key.split(' ');
    return judgedOnce(kind, model, Number(seed));
  });
  for (const kind of kinds) {
    const own = results.filter(({ key }) => key.startsWith(`${kind} `));
    const count = (of: (one: Judged) => boolean | undefined): number => own.filter(of).length;
    const asked = count(({ parameter }) => parameter !== undefined);
    const told =
      asked === 0
        ? ''
        : `; of ${asked} proposals ${count(({ proposed }) => proposed)} close the profile, of sines drawn at random ${count((one) => one.random)}`;
    console.log(`${kind}: ${count(({ flagged }) => flagged)} of ${own.length} flagged${told}`);
  }
}
