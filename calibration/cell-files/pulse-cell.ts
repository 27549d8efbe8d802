import { formatQuantity, inputError } from '../../core/index.js';
import {
  AffineStep,
  exponentialStep,
  functionStep,
  logisticStep,
  type PulseModel,
  powerStep,
  pulseModel,
  type ReportedSpreads,
  type StepShape,
  stepsOver,
} from '../../devices/cells/pulse/index.js';
import type { CellDirection, CellFile, CellPulse } from './schema.js';
import type { StepLaw } from './step-laws.js';

/** A window below this is too small for learning in single cells (Döll, Müller & Ulmann, arXiv 2512.12428 (2025)). */
export const SMALL_WINDOW = 10;

/** What a simulation takes from a cell file, and what a person should know of it. */
export interface CellForPulses {
  readonly model: PulseModel;
  /** σ of each read, relative, where the file has it. */
  readonly read?: number;
  readonly stuckAt?: 'ends' | 'anywhere';
  /** Sentences, each without the file's name: what is assumed, and what of the file is not used. */
  readonly remarks: readonly string[];
}

/**
 * The cell that pulses move of a cell file, its population's spreads taken along; `undefined` without the part `pulse`.
 * @throws `cell.invalid` where a law points the wrong way inside the window
 */
export function cellForPulses(
  cell: Pick<CellFile, 'name' | 'provenance' | 'pulse' | 'population'>,
): CellForPulses | undefined {
  const { pulse, population, name, provenance } = cell;
  if (pulse === undefined) return undefined;
  const { g_min_S, g_max_S, potentiation, depression } = pulse;
  const { spreads, read, remarks } = spreadsOf(population);
  const shapes = potentiation.pulse !== undefined && depression.pulse !== undefined;
  const model = pulseModel({
    name,
    source: sourceOf(provenance),
    potentiation: stepShape(potentiation.law, pulse, 'potentiation'),
    depression: stepShape(depression.law, pulse, 'depression'),
    g_min_S,
    g_max_S,
    rangeMeasured: pulse.window === 'measured',
    windowPublished: pulse.window !== 'assumed',
    ...(shapes ? { pulse: { potentiation: potentiation.pulse!, depression: depression.pulse! } } : {}),
    spreads,
  });
  return {
    model,
    ...(read === undefined ? {} : { read }),
    ...(population?.stuckAt === undefined ? {} : { stuckAt: population.stuckAt }),
    remarks: [
      ...extrapolated(potentiation, pulse, 'potentiation'),
      ...extrapolated(depression, pulse, 'depression'),
      ...remarks,
    ],
  };
}

/** The law of one direction as the shape of a cell's steps over its window. */
export function stepShape(
  law: StepLaw,
  { g_min_S, g_max_S }: Pick<CellPulse, 'g_min_S' | 'g_max_S'>,
  direction: 'potentiation' | 'depression',
): StepShape {
  const up = direction === 'potentiation';
  const span = g_max_S - g_min_S;
  const shape = shapeOf(law, g_min_S, span, up);
  // A law may come to rest inside the window, which the other direction's goes beyond: it does not turn round there.
  const turns = [0, 1].some((w) => (up ? shape.step(w) < 0 : shape.step(w) > 0));
  const rest = up ? (w: number) => Math.max(0, shape.step(w)) : (w: number) => Math.min(0, shape.step(w));
  const held = turns ? functionStep(rest) : shape;
  if (held.table.every((step) => step === 0)) {
    const sign = up ? 'rises' : 'falls';
    throw inputError(
      'cell.invalid',
      `pulse.${direction}.law: nowhere between ${formatQuantity(g_min_S, 'S')} and ${formatQuantity(g_max_S, 'S')} does a pulse move the cell so that it ${sign}; check the signs and the units of the law`,
      undefined,
      { field: `pulse.${direction}.law` },
    );
  }
  return held;
}

function shapeOf(law: StepLaw, g_min_S: number, span: number, up: boolean): StepShape {
  const toState = (g_S: number) => (g_S - g_min_S) / span;
  if (law.kind === 'constant') return new AffineStep(law.step_S / span, 0);
  if (law.kind === 'soft-bounds') return AffineStep.towards(toState(law.asymptote_S), law.share);
  if (law.kind === 'table') return stepsOver(law.conductance_S, law.step_S, g_min_S, g_min_S + span);
  const own = law.high_S - law.low_S;
  const inner = ownShape(law, own, up);
  const place = (w: number) => Math.min(1, Math.max(0, (g_min_S + span * w - law.low_S) / own));
  const same = Math.abs(toState(law.low_S)) < 1e-12 && Math.abs(toState(law.high_S) - 1) < 1e-12;
  return same ? inner : functionStep((w) => (inner.step(place(w)) * own) / span);
}

type OwnRange = Extract<StepLaw, { low_S: number }>;

/** Of laws over a range of their own: the step over that range, of it. */
function ownShape(law: OwnRange, own: number, up: boolean): StepShape {
  if (law.kind === 'power') return powerStep({ step: up ? law.share : -law.share, gamma: law.exponent });
  if (law.kind === 'logistic') return logisticStep(up ? law.rate : -law.rate);
  const { step_S, amplitude, gamma, a, b, centre } = law;
  return exponentialStep({ step: step_S / own, amplitude, gamma, a, b, centre });
}

/** Where the window goes beyond what a direction was measured over, by more than a hundredth of it. */
function extrapolated(
  { range_S }: CellDirection,
  { g_min_S, g_max_S }: CellPulse,
  direction: string,
): string[] {
  if (range_S === undefined) return [];
  const [low, high] = range_S;
  const share = 0.01 * (g_max_S - g_min_S);
  const beyond = [
    ...(low - g_min_S > share ? [[g_min_S, low] as const] : []),
    ...(g_max_S - high > share ? [[high, g_max_S] as const] : []),
  ];
  if (beyond.length === 0) return [];
  const places = beyond.map(([a, b]) => `${formatQuantity(a, 'S')} to ${formatQuantity(b, 'S')}`);
  return [
    `${direction} was measured from ${formatQuantity(low, 'S')} to ${formatQuantity(high, 'S')}; from ${places.join(' and from ')} its law is carried on`,
  ];
}

/** What of the population goes into simulated cells: σ that the data do say. */
function spreadsOf(population: CellFile['population']): {
  spreads: ReportedSpreads;
  read?: number;
  remarks: string[];
} {
  if (population === undefined) return { spreads: {}, remarks: [] };
  const remarks: string[] = [];
  const known: Record<string, number> = {};
  for (const [key, estimate] of Object.entries(population.spreads)) {
    if (estimate === undefined) continue;
    if (estimate.identifiable) known[key] = estimate.value;
    else remarks.push(`the spread ${key} is not identifiable from its data and is left out`);
  }
  for (const { spreads, reason } of population.notSeparated ?? []) {
    remarks.push(`${spreads.join(' and ')} cannot be separated (${reason}) and are left out`);
  }
  const { measuredReads } = population;
  if (measuredReads?.identifiable === true) {
    const { value } = measuredReads;
    remarks.push(
      `its reads were noisy by ${(100 * value).toPrecision(2)} % of the conductance, cell and instrument together, which is not simulated unless asked for: --read-noise ${Number(value.toPrecision(3))}`,
    );
  }
  if (population.drift !== undefined) {
    const { exponent, t0_s } = population.drift;
    remarks.push(
      `its drift is not simulated unless asked for: --drift ${exponent.value} --drift-t0-seconds ${t0_s}`,
    );
  }
  const { read, ...others } = known;
  return {
    spreads: {
      ...(others as ReportedSpreads),
      ...(population.d2dLogNormal === true ? { d2dLogNormal: true } : {}),
    },
    ...(read === undefined ? {} : { read }),
    remarks,
  };
}

function sourceOf({ citation, sources }: CellFile['provenance']): string {
  if (citation !== undefined) return citation;
  if (sources.length === 0) return 'a cell file without sources';
  const [{ file, sha256 }] = sources;
  const more = sources.length > 1 ? ` and ${sources.length - 1} more` : '';
  return `measured: ${file}${more} (SHA-256 ${sha256.slice(0, 12)}…)`;
}
