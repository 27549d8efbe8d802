import {
  type DialectName,
  readSpiceFile,
  type SpiceCircuit,
  type SteppedValues,
} from '../../circuits/spice/index.js';
import { eventLoopTurn, inputError } from '../../core/index.js';
import { asJson, type CircuitResults, numbersOf, refuseLargeJson } from './results.js';
import type { Work } from './work.js';

/** What one combination of stepped values gave. */
export interface Step {
  /** In the order of `labels`. */
  readonly values: readonly number[];
  readonly results: CircuitResults;
}

/** What a file with `.step` cards gave: a result for every combination of their values, the first card's the fastest. */
export interface SteppedResults {
  readonly title: string;
  readonly labels: readonly string[];
  readonly steps: readonly Step[];
  /** As many as there would be had nothing interrupted them. */
  readonly wanted: number;
}

const MOST_STEPS = 100_000;
/** Numbers of all results together: 1.5 GB. */
const MOST_NUMBERS = 1.5e9 / 8;
const TURN_MS = 40;

/** A file as it was read first. */
export interface ReadFile {
  readonly circuit: SpiceCircuit;
  readonly dialect?: DialectName | undefined;
}

/** Reads and solves a file once for every combination of what it steps. @param solve what is done for each */
export async function solveSteps(
  file: string,
  { circuit: { title, analyses }, dialect }: ReadFile,
  work: Work,
  solve: (circuit: SpiceCircuit, work: Work) => Promise<CircuitResults>,
): Promise<SteppedResults> {
  const axes = analyses.steps;
  const wanted = axes.reduce((product, { values }) => product * values.length, 1);
  if (wanted > MOST_STEPS) {
    throw inputError('circuit.steps', `${axes[0].place}: ${wanted} steps in all are more than ${MOST_STEPS}`);
  }
  const labels = axes.map(({ label }) => label);
  const steps: Step[] = [];
  let turn = performance.now();
  for (let k = 0; k < wanted && !work.signal.aborted; k++) {
    let rest = k;
    const values = axes.map(({ values: all }) => {
      const value = all[rest % all.length];
      rest = Math.floor(rest / all.length);
      return value;
    });
    const stepped: SteppedValues = new Map(labels.map((label, n) => [label, values[n]]));
    const circuit = readSpiceFile(file, { unsupported: 'collect', stepped, dialect });
    const inStep = (share: number) => work.progress((k + share) / wanted, `step ${k + 1} of ${wanted}`);
    const results = await solve(circuit, { signal: work.signal, progress: inStep });
    steps.push({ values, results });
    if (k === 0) refuseTooLarge(results, wanted);
    if (performance.now() - turn > TURN_MS) {
      inStep(1);
      await eventLoopTurn();
      turn = performance.now();
    }
  }
  return { title, labels, steps, wanted };
}

/** Told by the first: the others will hold about as many numbers. */
function refuseTooLarge(results: CircuitResults, wanted: number): void {
  const numbers = numbersOf(results);
  if (numbers * wanted <= MOST_NUMBERS) return;
  throw inputError(
    'circuit.too-large',
    `${wanted} steps of about ${numbers} numbers each would hold ${((8 * numbers * wanted) / 1e9).toFixed(1)} GB; ` +
      'ask for fewer steps, a longer step of time or a later start',
  );
}

/** A stepped value, whose unit nobody knows. */
export function valueText(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}

/** `rload = 1000`, and so on. */
export function stepText(labels: readonly string[], values: readonly number[]): string {
  return labels.map((label, k) => `${label} = ${valueText(values[k])}`).join(', ');
}

/** All results as an object for `--json`. */
export function steppedJson({ title, labels, steps, wanted }: SteppedResults): object {
  refuseLargeJson(steps.reduce((sum, { results }) => sum + numbersOf(results), 0));
  return {
    title,
    stepped: labels,
    wanted,
    steps: steps.map(({ values, results }) => ({
      values: Object.fromEntries(labels.map((label, k) => [label, values[k]])),
      ...asJson(results),
    })),
  };
}
