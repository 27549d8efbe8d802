/**
 * Whether a law may be held to the window of both directions: drawn cells whose directions share one window, and cells whose
 * directions do not (the upward law ends inside of what the downward trains show). Prints how much worse the held law fits,
 * rmse held / rmse own, and how far the steps of both are from the true ones: what `AS_GOOD` of calibration/trains/joint-window.ts
 * is chosen by. At most ten seconds a cell.
 *   npm run build && node dist/bench/joint-window.js [--cells 24]
 */
import { parseArgs } from 'node:util';
import { fitTrain, type MeasuredTrain, type PulseLaw } from '../calibration/trains/index.js';
import { RandomStream } from '../core/index.js';
import { machine } from './machine.js';

const { values } = parseArgs({ options: { cells: { type: 'string', default: '24' } } });

type Step = (g: number) => number;
interface Cell {
  readonly law: string;
  readonly up: Step;
  readonly down: Step;
  readonly pulses: number;
  readonly cycles: number;
  readonly write: number;
  readonly read: number;
  /** Where the upward steps end, S; the downward trains begin there or above. */
  readonly top: number;
  readonly turn: number;
}

const [LOW, HIGH] = [1e-6, 40e-6];
const span = HIGH - LOW;

function cellOf(seed: number, apart: number): Cell {
  const random = new RandomStream(seed, 'joint window');
  const within = (a: number, b: number) => a + (b - a) * random.uniform();
  const law = ['power', 'soft bounds', 'exponential'][seed % 3];
  const pulses = Math.round(within(60, 250));
  const top = HIGH - apart * span;
  // so many that trains come 85 to 99 % of the way
  const share = within(2, 5) / pulses;
  const [p, q, a] = [within(1.1, 2.5), within(1.1, 2.5), within(0.3, 0.8)];
  const left = (g: number) => Math.max(0, (top - g) / (top - LOW));
  const over = (g: number) => Math.max(0, (g - LOW) / span);
  const up: Record<string, Step> = {
    power: (g) => share * (top - LOW) * left(g) ** p,
    'soft bounds': (g) => share * (top - LOW) * left(g),
    exponential: (g) =>
      share * (top - LOW) * Math.max(0, (1 - Math.exp(-3 * a * left(g))) / (1 - Math.exp(-3 * a))),
  };
  const down: Record<string, Step> = {
    power: (g) => -share * span * over(g) ** q,
    'soft bounds': (g) => -share * span * over(g),
    exponential: (g) =>
      -share * span * Math.max(0, (1 - Math.exp(-3 * a * over(g))) / (1 - Math.exp(-3 * a))),
  };
  return {
    law,
    up: up[law],
    down: down[law],
    pulses,
    cycles: 1 + Math.floor(5 * random.uniform()),
    write: within(0.05, 0.4),
    read: within(0.003, 0.015),
    top,
    turn: HIGH,
  };
}

function trains(cell: Cell, direction: 'up' | 'down', seed: number, apart: number): MeasuredTrain[] {
  const random = new RandomStream(seed, `trains ${direction}`);
  const step = direction === 'up' ? cell.up : cell.down;
  return Array.from({ length: cell.cycles }, (_, c) => {
    // of cells whose ends differ the trains down begin where something else has driven the cell
    let g =
      direction === 'up'
        ? LOW * (1 + 0.5 * random.uniform())
        : (apart > 0 ? HIGH : cell.top) - 0.03 * span * random.uniform();
    const states = Float64Array.from({ length: cell.pulses + 1 }, (_, n) => {
      if (n > 0) g = Math.min(HIGH, Math.max(LOW, g + step(g) * (1 + cell.write * random.normal())));
      return g * (1 + cell.read * random.normal());
    });
    return {
      name: `drawn, cycle ${c + 1}`,
      direction,
      pulses: Float64Array.from(states.keys()),
      states,
      unit: 'S',
      rows: Uint32Array.from(states.keys()),
      reversed: false,
      counted: false,
      cycle: c + 1,
    };
  });
}

/** Root mean square of the error of a law's step over what the trains went through, of the largest true step. */
function stepError(law: PulseLaw, truth: Step): number {
  if (law.kind !== 'power') return Number.NaN;
  let [sum, most] = [0, 0];
  for (let k = 0; k <= 40; k++) {
    const g = LOW + (0.02 + 0.93 * (k / 40)) * span;
    const up = truth(g) > 0 || truth(HIGH / 2) > 0;
    const x = Math.max(
      0,
      up ? (law.high_S - g) / (law.high_S - law.low_S) : (g - law.low_S) / (law.high_S - law.low_S),
    );
    const found = (up ? 1 : -1) * law.share * (law.high_S - law.low_S) * x ** law.exponent;
    sum += (found - truth(g)) ** 2 / 41;
    most = Math.max(most, Math.abs(truth(g)));
  }
  return Math.sqrt(sum) / most;
}

console.log(machine());
console.log(
  '| cells | n | fits worse, quantiles 10 50 90 % | held at 1.02, 1.05, 1.10 | step error own, held (median) |\n|---|---|---|---|---|',
);
for (const apart of [0, 0.1, 0.2, 0.3]) {
  const ratios: number[] = [];
  const errors: [number, number][] = [];
  for (let seed = 1; seed <= Number(values.cells); seed++) {
    const cell = cellOf(seed, apart);
    const [up, down] = (['up', 'down'] as const).map((way) => trains(cell, way, seed, apart));
    for (const [set, truth] of [
      [up, cell.up],
      [down, cell.down],
    ] as const) {
      if (apart > 0 && set === down) continue;
      const quick = { intervals: false, correlated: false } as const;
      const own = fitTrain(set, 'power', quick);
      const held = fitTrain(set, 'power', { ...quick, window: [LOW * 0.97, HIGH * 1.02] });
      if (own.status !== 'converged' || held.status !== 'converged') continue;
      ratios.push(held.rmse / own.rmse);
      errors.push([stepError(own.law, truth), stepError(held.law, truth)]);
    }
  }
  const at = (list: readonly number[], share: number) =>
    [...list].sort((a, b) => a - b)[Math.floor(share * (list.length - 1))];
  const below = (limit: number) =>
    `${Math.round((100 * ratios.filter((r) => r <= limit).length) / ratios.length)} %`;
  console.log(
    `| ${apart === 0 ? 'one window' : `ends ${100 * apart} % of the window apart`} | ${ratios.length} | ${[0.1, 0.5, 0.9].map((q) => at(ratios, q).toFixed(3)).join(', ')} | ${[1.02, 1.05, 1.1].map(below).join(', ')} | ${[
      0, 1,
    ]
      .map((k) =>
        at(
          errors.map((pair) => pair[k]),
          0.5,
        ).toFixed(3),
      )
      .join(', ')} |`,
  );
}
