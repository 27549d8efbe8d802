import type { MeasuredFile } from '../measured/index.js';
import { type EnduranceFeatures, enduranceFeatures } from './endurance.js';
import { type LoopFeatures, type LoopOptions, loopFeatures } from './loops.js';
import { type NoiseFeatures, type NoiseOptions, noiseFeatures } from './noise.js';
import type { Relaxation, RelaxationOptions } from './relaxation.js';
import { type RetentionFeatures, relaxationFeatures, retentionFeatures } from './retention.js';
import type { Verdict } from './verdict.js';

/** Everything that can be said of a file without fitting a model of a cell. */
export interface FileFeatures {
  /** What the cells of the file are; absent where nothing was swept. */
  readonly verdict?: Verdict;
  /** One a cell. */
  readonly loops: readonly LoopFeatures[];
  /** One a table of cycles. */
  readonly endurance: readonly EnduranceFeatures[];
  /** One a state over time. */
  readonly retention: readonly RetentionFeatures[];
  /** One a table in which many cells were read over time. */
  readonly relaxation: readonly Relaxation[];
  /** One a record of a state. */
  readonly noise: readonly NoiseFeatures[];
}

/** How features are found: what is left out is chosen, and said. */
export interface FeatureOptions extends LoopOptions, NoiseOptions, RelaxationOptions {
  /** A window of an endurance table below that is a failure (2). */
  readonly failsBelow?: number;
}

/** The features of one file, whatever it holds. */
export function featuresOf(file: MeasuredFile, options: FeatureOptions = {}): FileFeatures {
  const loops = loopFeatures(file, options);
  const verdict = verdictOf(loops);
  return {
    ...(verdict !== undefined && { verdict }),
    loops,
    endurance: enduranceFeatures(file, options),
    retention: retentionFeatures(file),
    relaxation: relaxationFeatures(file, options),
    noise: noiseFeatures(file, options),
  };
}

/** One verdict for a file: that of its cells where they agree. */
function verdictOf(loops: readonly LoopFeatures[]): Verdict | undefined {
  if (loops.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { verdict } of loops) counts.set(verdict.name, (counts.get(verdict.name) ?? 0) + 1);
  if (counts.size === 1) return loops[0].verdict;
  return {
    name: 'unclear',
    switches: loops.some(({ verdict }) => verdict.switches),
    because: `its ${loops.length} cells differ: ${[...counts].map(([name, count]) => `${count} ${name}`).join(', ')}`,
  };
}
