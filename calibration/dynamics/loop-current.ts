import { formatQuantity, inputError, median } from '../../core/index.js';
import { traceOf, withCompliance } from '../features/index.js';
import { columnOf, type MeasuredSeries } from '../measured/index.js';
import { limitOf, type MeasuringCircuit } from './measuring-circuit.js';

/** The current of a series as a model is held against it. */
export interface LoopCurrent {
  /** `[rows]`, A, positive where it flows with the voltage; NaN where it or the voltage was not read. */
  readonly current_A: Float64Array;
  /** `[rows]`, 1 where the instrument held it. */
  readonly held: Uint8Array;
  /** The circuit with the limits that the current shows. */
  readonly circuit: MeasuringCircuit;
  readonly remarks: readonly string[];
}

/** Of a limit: points from there on are held by the instrument. */
const HELD = 0.99;
/** A limit that currents exceed by this share, at more points than an overshoot has, does not hold in that direction. */
const [OVER, OVERSHOOTS] = [0.05, 2];

/**
 * Signs and limits of a current, by the rules of `calibrate report`: one of the opposite sign throughout is turned, one without a sign has that of
 * the voltage, and a flat top while the voltage runs on is a limit that nobody stated.
 * @param stated whether the limit of `circuit` was typed by who asks, rather than found in a file
 * @throws OhmpropError `dynamics.compliance`, exit code 2, where currents go beyond a limit that was typed, in both directions
 */
export function currentOf(
  series: MeasuredSeries,
  circuit: MeasuringCircuit,
  name: string,
  stated: boolean,
): LoopCurrent {
  const raw = columnOf(series, 'current_A')!.values;
  const trace = traceOf(series);
  const held = Uint8Array.from(raw, (_, row) => series.censored?.[row] ?? 0);
  if (trace === undefined) return { current_A: raw, held, circuit, remarks: [] };
  const current_A = new Float64Array(raw.length).fill(Number.NaN);
  trace.rows.forEach((row, k) => {
    current_A[row] = trace.current_A[k];
  });
  const signs = trace.remarks.map((text) => `${name}: ${text}`);
  if (circuit.compliance_A !== undefined) {
    const found = statedLimits(current_A, circuit, name, stated);
    markHeld(held, current_A, found.circuit);
    return { current_A, held, circuit: found.circuit, remarks: [...signs, ...found.remarks] };
  }
  const marked = withCompliance(trace);
  trace.rows.forEach((row, k) => {
    if (marked.censored[k] === 1) held[row] = 1;
  });
  // a flat top is found by its highest points: those below them in the noise are held as well
  const seen = shownLimits(current_A, held);
  if (seen.compliance_A !== undefined) markHeld(held, current_A, seen);
  return {
    current_A,
    held,
    circuit: { ...circuit, ...shownLimits(current_A, held) },
    remarks: marked.remarks.map((text) => `${name}: ${text}`),
  };
}

function markHeld(
  held: Uint8Array,
  current_A: Float64Array,
  limits: Pick<MeasuringCircuit, 'compliance_A' | 'complianceNegative_A'>,
): void {
  for (const [row, i] of current_A.entries()) {
    held[row] = Math.abs(i) >= HELD * limitOf({ series_ohm: 0, ...limits }, i) ? 1 : 0;
  }
}

/** In which directions a limit holds. */
function statedLimits(current_A: Float64Array, circuit: MeasuringCircuit, name: string, stated: boolean) {
  const limit_A = circuit.compliance_A!;
  const most = (sign: 1 | -1): number => current_A.reduce((a, i) => (sign * i > a ? sign * i : a), 0);
  const isFree = (sign: 1 | -1): boolean => {
    const at = current_A.filter((i) => sign * i >= HELD * limit_A);
    const beyond = at.filter((i) => sign * i > (1 + OVER) * limit_A).length;
    return beyond > Math.max(OVERSHOOTS, OVER * at.length);
  };
  const [positive, negative] = [isFree(1), isFree(-1)];
  if (!positive && !negative) return { circuit, remarks: [] };
  const limit = `the current limit of ${formatQuantity(limit_A, 'A')}`;
  if (positive && negative) {
    const goes = `currents go to ${formatQuantity(most(1), 'A')} and ${formatQuantity(-most(-1), 'A')}, beyond ${limit}`;
    if (stated) {
      throw inputError(
        'dynamics.compliance',
        `${name}: ${goes}: was it meant in another unit? Correct compliance=…, or leave it out`,
      );
    }
    const { compliance_A: _, ...free } = circuit;
    return { circuit: free, remarks: [`${name}: ${goes} that its file names: it is not counted`] };
  }
  const [word, top_A] = positive ? ['positive', most(1)] : ['negative', -most(-1)];
  const free = Number.POSITIVE_INFINITY;
  return {
    circuit: {
      ...circuit,
      compliance_A: positive ? free : limit_A,
      complianceNegative_A: negative ? free : limit_A,
    },
    remarks: [
      `${name}: ${word} currents go to ${formatQuantity(top_A, 'A')}, beyond ${limit}: it is taken to hold in the other direction alone`,
    ],
  };
}

/** The limits at which currents that are held stay. */
function shownLimits(
  current_A: Float64Array,
  held: Uint8Array,
): Pick<MeasuringCircuit, 'compliance_A' | 'complianceNegative_A'> {
  const [positive, negative] = [1, -1].map((sign) => {
    const at = Array.from(current_A, (i) => sign * i).filter((i, row) => held[row] === 1 && i > 0);
    return at.length === 0 ? Number.POSITIVE_INFINITY : median(at);
  });
  if (!Number.isFinite(positive) && !Number.isFinite(negative)) return {};
  return { compliance_A: positive, complianceNegative_A: negative };
}
