/**
 * What size of a Hopfield network gives eight stored 16-bit patterns back of two flipped bits:
 *   npm run bench -- patterns [seeds=5] [epochs=150]
 * Patterns are drawn at least six bits apart; a network is trained on them and their one-bit flips, and tested on all 960 rows with two
 * bits flipped, none of which it has seen. Held currents, centered, β .5 (.3 with hidden units), rates on half a cosine.
 */
import { type HopfieldActivation, hopfieldNetwork } from '../circuits/hopfield/index.js';
import { RandomStream } from '../core/index.js';
import { Coder, type DataSet, type Samples, Trainer } from '../learning/index.js';
import { exactUpdates } from '../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../solver/hopfield-float32/index.js';
import { machine } from './machine.js';

const BITS = 16;
const PATTERNS = 8;
const LEAST_DISTANCE = 6;

interface Setting {
  readonly kind: HopfieldActivation['kind'];
  readonly hidden: readonly number[];
  /** Of each layer's weights and biases. */
  readonly rates: readonly number[];
  readonly beta: number;
}

const settings: readonly Setting[] = [
  { kind: 'hard-sigmoid', hidden: [], rates: [0.1], beta: 0.5 },
  { kind: 'sigmoid', hidden: [], rates: [0.1], beta: 0.5 },
  { kind: 'tanh', hidden: [64], rates: [0.1, 0.05], beta: 0.3 },
  { kind: 'sigmoid', hidden: [32], rates: [0.1, 0.05], beta: 0.3 },
  { kind: 'sigmoid', hidden: [64], rates: [0.1, 0.05], beta: 0.3 },
  { kind: 'sigmoid', hidden: [64], rates: [0.4, 0.2], beta: 0.3 },
  { kind: 'hard-sigmoid', hidden: [128], rates: [0.1, 0.05], beta: 0.3 },
  { kind: 'tanh', hidden: [32], rates: [0.03, 0.03], beta: 0.3 },
];

export async function run(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=') as [string, string]));
  const seeds = Number(given.get('seeds') ?? 5);
  const epochs = Number(given.get('epochs') ?? 150);
  console.log(machine());
  for (const setting of settings) {
    const recalled: number[] = [];
    const start = performance.now();
    for (let seed = 1; seed <= seeds; seed++) recalled.push(await recalledOf(setting, seed, epochs));
    const seconds = (performance.now() - start) / 1000 / seeds;
    const size = [BITS, ...setting.hidden, BITS].join('-');
    console.log(
      `${setting.kind} ${size}: ${recalled.join(', ')} of 960 recalled, seeds 1 to ${seeds}, ${seconds.toFixed(1)} s a run`,
    );
  }
}

async function recalledOf({ kind, hidden, rates, beta }: Setting, seed: number, epochs: number) {
  const network = hopfieldNetwork({ inputs: BITS, hidden, outputs: BITS, activation: { kind } });
  const device = new HopfieldFloat32Device(network, { seed, relaxation: exactUpdates, threads: 1 });
  const dataSet = storedPatterns(seed);
  // tanh has its ends at ±1, where no nudge moves it
  const [off, on] = kind === 'tanh' ? [-0.8, 0.8] : [0, 1];
  const coding = { ...device.info.coding, target: { kind: 'pattern', off, on }, readOut: 'pattern' } as const;
  const trainer = new Trainer({
    device,
    dataSet,
    coder: new Coder(dataSet, device.info, coding),
    seed,
    epochs,
    batch: 8,
    estimator: 'centered',
    nudge: 'current-held',
    beta,
    rates: Object.fromEntries(
      rates.flatMap((rate, l) => [`w${l + 1}`, `b${l + 1}`].map((name) => [name, rate])),
    ),
    schedule: { rate: [{ kind: 'cosine', floor: 0.02 }] },
  });
  let error = 1;
  for await (const event of trainer.run()) if (event.type === 'epoch') error = event.record.testError;
  await device.close();
  return Math.round((1 - error) * dataSet.test.count);
}

function storedPatterns(seed: number): DataSet {
  const stream = new RandomStream(seed, 'patterns');
  const patterns: Uint8Array[] = [];
  while (patterns.length < PATTERNS) {
    const next = Uint8Array.from({ length: BITS }, () => (stream.uniform() < 0.5 ? 0 : 1));
    const far = patterns.every(
      (other) => other.reduce((sum, bit, f) => sum + Math.abs(bit - next[f]), 0) >= LEAST_DISTANCE,
    );
    if (far) patterns.push(next);
  }
  const bits = Array.from({ length: BITS }, (_, b) => b);
  const pairs = bits.flatMap((b) => bits.slice(0, b).map((a) => [a, b]));
  const rowsOf = (flips: readonly number[][]) =>
    samplesOf(patterns.flatMap((pattern, k) => flips.map((flip) => [flipped(pattern, flip), k] as const)));
  return {
    name: 'patterns',
    features: BITS,
    classes: PATTERNS,
    classNames: patterns.map((_, k) => `pattern ${k + 1}`),
    featureRange: [0, 1],
    train: rowsOf([[], ...bits.map((b) => [b])]),
    test: rowsOf(pairs),
    sources: [],
  };
}

function flipped(pattern: Uint8Array, bits: readonly number[]): Uint8Array {
  return pattern.map((bit, f) => (bits.includes(f) ? 1 - bit : bit));
}

function samplesOf(rows: readonly (readonly [Uint8Array, number])[]): Samples {
  const values = new Uint8Array(rows.length * BITS);
  for (const [s, [row]] of rows.entries()) values.set(row, s * BITS);
  const labels = Uint8Array.from(rows, ([, label]) => label);
  return { count: rows.length, features: BITS, classes: PATTERNS, values, labels };
}
