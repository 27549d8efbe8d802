/**
 * Whether fits that cannot tell a parameter say so, and fits that can do not. Ridges are those that people run into: a loop so fast that
 * the cell hardly moves, driven at positive voltages alone, and barely past its thresholds, one after the other by seed (a loop thirty times
 * slower than the cell is told well, and not among them); sound fits are of the triangles of `loops/synthetic.ts`, which tell everything. Of the ridges: whether the
 * experiment that is proposed, simulated and added, closes the profiles that it is said to, and whether one drawn from the same candidates
 * does, with as many samples: as long or longer (a whole period at least), and less long only where a period would have too few of them.
 * Values are drawn within 20 %; each result is a line of the file.
 *   npm run bench -- loops-ridges [--seeds 50] [--only 'ridge mss,sound mss'] [--minutes 4] [--file loops-ridges.jsonl]
 */
import { parseArgs } from 'node:util';
import {
  drivenRange,
  estimateLoops,
  experimentLoop,
  type LoopData,
  LoopProblem,
  loopModel,
  type SineExperiment,
  scaleOf,
  sineExperiments,
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
  readonly ridge?: string;
  /** Of ridges: parameters that were to be told, and whether all their profiles closed. */
  readonly parameters?: readonly string[];
  readonly drive?: string;
  readonly proposed?: boolean;
  readonly random?: boolean;
  readonly randomDrive?: string;
  readonly seconds: number;
}

const SAMPLES = 200;
/** Of a period of a sine drawn at random, at least. */
const FEWEST_SAMPLES = 20;

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

/** A metastable switch has no sharp threshold to come barely past. */
const RIDGES = {
  mss: ['fast', 'positive'],
  vteam: ['fast', 'positive', 'short'],
} as const;

/** The one loop that leaves something open. */
function ridgeDrive(model: string, truth: readonly number[], ridge: string): LoopData {
  const [set_V, reset_V] = model === 'vteam' ? [truth[5], truth[6]] : [truth[2], truth[3]];
  // about where a loop of twice the thresholds opens widest
  const own_Hz = 10;
  if (ridge === 'fast') return sine(2 * set_V, -2 * reset_V, own_Hz * 100, 1, 100);
  if (ridge === 'positive') return sine(2 * set_V, -1e-3, own_Hz, 1, 100);
  return sine(1.2 * set_V, -1.2 * reset_V, own_Hz, 1, 100);
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
  const ridges = RIDGES[model as keyof typeof RIDGES];
  const ridge = ridges[seed % ridges.length];
  const drive = kind === 'sound' ? triangles() : ridgeDrive(model, truth, ridge);
  const loop = measured(model, truth, drive, noise, 0, random);
  // nobody knows the truth: what a ridge leaves open is left where it began, off by a factor of a half to two
  const guess = truth.map((v) => (kind === 'sound' ? v : v * 2 ** (2 * random.uniform() - 1)));
  const { open, proposal } = judged(model, [loop], guess);
  const flagged = open.length > 0;
  const found = { flagged, open, ...(kind === 'sound' ? {} : { ridge }) };
  if (kind === 'sound' || proposal === undefined || proposal.told.length === 0)
    return { ...found, seconds: seconds() };
  const parameters = proposal.told.map(({ name }) => name);
  const closes = (added: LoopData): boolean => {
    const other = measured(model, truth, added, noise, 0, random);
    const left = judged(model, [loop, other], truth, parameters).open;
    return parameters.every((name) => !left.includes(name));
  };
  const text = (x: SineExperiment): string =>
    `sine:${x.positive_V.toFixed(3)}V,${x.negative_V.toFixed(3)}V,${x.frequency_Hz.toPrecision(3)}Hz,${x.periods}`;
  const proposed = closes(experimentLoop(proposal, loop));
  const all = sineExperiments(drivenRange([loop]));
  const drawn = all[Math.floor(all.length * random.uniform())];
  const count = SAMPLES * proposal.periods;
  const asLong = Math.round((proposal.periods / proposal.frequency_Hz) * drawn.frequency_Hz);
  const periods = Math.max(1, Math.min(asLong, count / FEWEST_SAMPLES));
  const samples = Math.round(count / periods);
  const other = { ...drawn, periods };
  return {
    ...found,
    ...{ parameters, drive: text(proposal), proposed },
    ...{ random: closes(experimentLoop(other, loop, samples)), randomDrive: text(other) },
    seconds: seconds(),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '50' },
      only: { type: 'string', default: 'ridge vteam,ridge mss,sound vteam,sound mss' },
      minutes: { type: 'string', default: '4' },
      file: { type: 'string', default: 'loops-ridges.jsonl' },
    },
  });
  const kinds = values.only.split(',');
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
    const open = count(({ flagged }) => flagged);
    const asked = count(({ parameters }) => parameters !== undefined);
    const told =
      asked === 0
        ? ''
        : `; of them something is proposed for ${asked} (of ${open} flagged), and ${count(({ proposed }) => proposed)} close the profiles named, of sines drawn at random ${count((one) => one.random)}`;
    console.log(`${kind}: ${count(({ flagged }) => flagged)} of ${own.length} flagged${told}`);
  }
}
