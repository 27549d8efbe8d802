import type { DeviceState } from '../../core/index.js';
import type { Floats } from '../contract/index.js';
import type { WantedChanges } from './wanted-changes.js';

/** What the cells of a network have been through and where they stand. */
export interface StoreReport {
  readonly potentiationPulses: number;
  readonly depressionPulses: number;
  /** NaN where no pulse shape is known. */
  readonly energy_J: number;
  /** Share of the cells at an end of their range. */
  readonly saturatedFraction: number;
  /** Cells found stuck and left alone. */
  readonly masked: number;
  /** Pulse counts that a policy had to cut to the most that a cell may get; nothing where none was. */
  readonly cutCounts?: number;
}

/**
 * Where a network's conductances live when they are more than numbers: cells. A device that is given one asks it for
 * conductances, hands it the changes that it wants, and keeps no other truth. Groups are named as in `DeviceInfo`.
 */
export interface ConductanceStore {
  /** Range that a conductance of the group can have, S. */
  window(group: string): { g_min_S: number; g_max_S: number };
  /** Reads differ from one another: a device then senses before every settling. */
  readonly noisy: boolean;
  /** False where the same updates of the same state may lead elsewhere, as on a bench; true when left out. */
  readonly deterministic?: boolean;
  /** How often time has passed outside an update: conductances sensed at another count are old. */
  readonly waits: number;
  /** How far an update may leave a nominal conductance from what was wanted, relative to the group's largest. */
  readonly resolution: number;
  /** How far two reads of one conductance may lie apart, relative to the group's largest; 0 unless `noisy`. */
  readonly readTolerance: number;
  /**
   * Present conductances as the network sees them, row-major, in units of `unit_S` (1 S when left out, always the same for a
   * group); valid until the next call for that group.
   */
  sense(group: string, unit_S?: number): Promise<Floats>;
  /**
   * One whole update: changes the groups named as well as their cells and the policy can. Then the time from one update to the
   * next passes for all groups.
   */
  adapt(wanted: Readonly<Record<string, WantedChanges>>, id: number): Promise<void>;
  /**
   * What a new run does to the cells before its first conductances are written: nothing, or a test that moves them. Opening and
   * restoring never do.
   */
  initialise(): Promise<void>;
  /** Programs conductances, each as near as its cell can. */
  write(group: string, conductances_S: Floats): Promise<void>;
  /** Pulses given so far; cheap. */
  pulses(): number;
  /** Looks at every cell. */
  report(): StoreReport;
  snapshot(): Promise<DeviceState>;
  restore(state: DeviceState): Promise<void>;
  close(): Promise<void>;
}
