import type { KernelOptions } from './load.js';
import { instantiateKernel } from './load.js';
import type { KernelMemory } from './memory.js';

/** Samples (in nudged phases: samples × signs) that relax together, and slices that sums are taken in. */
export const LAYERED_COLUMNS = 8;
export const LAYERED_SLICES = 8;
/** Units that layers are padded to. */
export const LAYERED_TILE = 16;

/** How a column ended, by the number that the kernel reports. */
export const layeredStatuses = [
  'settled',
  'fixed-iterations',
  'stopped-early',
  'not-passive',
  'not-finite',
] as const;

/** `slack` of `settleDeltas`: the states that were brought in are at rest, or not quite. */
export const slackKind = { atRest: 1, notAtRest: 2 } as const;

/**
 * `kind` of contrast: both phases nudged, the second only (the first is free), the first only, or one of a linearised network that
 * stands for both.
 */
export const contrastKind = { bothNudged: 0, secondNudged: 1, firstNudged: 2, mirrored: 3 } as const;

/** `held` of a phase: how outputs are pulled (assembly/layered/structure.ts). */
export const pullKind = { live: 0, held: 1, clamped: 2, linear: 3 } as const;

/**
 * Exports of `assembly/layered`. `network`, `phase` and `update` are byte offsets of records (layered-records.ts), `l`
 * counts layers from 0. Functions that end in `thread` are to be called by every thread of the team at the same time.
 */
export interface LayeredKernel {
  /** Relaxes the absolute states of a phase's samples. */
  settleStates(network: number, phase: number, thread: number): void;
  /** Relaxes differences from the absolute states that were brought in. */
  settleDeltas(network: number, free: number, nudged: number, slack: number, thread: number): void;
  /** Free phase, nudged phase or phases, and their contrast, of one group of samples. */
  settleGroup(network: number, free: number, nudged: number, contrast: number, thread: number): void;
  /** The nudged phase or phases of a group whose free phase has just settled, and their contrast. */
  nudgeGroup(network: number, free: number, nudged: number, contrast: number, thread: number): void;
  /** Moves conductances and biases by the contrast at hand; refreshes node conductances; gathers the next batch's currents. */
  applyUpdate(network: number, update: number, thread: number): void;
  /** Currents of `update.nextSignals` from the sources into `update.nextDrive`. */
  gatherDrive(network: number, update: number, thread: number): void;
  /** Lists the signals that are not 0, by signal; returns how many. */
  listSignals(
    inputs: number,
    batch: number,
    signals: number,
    rowBytes: number,
    starts: number,
    rows: number,
    values: number,
  ): number;
  scaleValues(from: number, to: number, count: number, factor: number): void;
  sumProducts(network: number, batch: number, thread: number): void;
  /** What is read of the contrast at hand takes its place; `readOut` a record of `ReadOutMemory`. */
  readContrast(network: number, readOut: number, batch: number, thread: number): void;
  /** Row-major access to the conductances, one row of layer l. */
  loadRow(network: number, l: number, row: number, out: number): void;
  storeRow(network: number, l: number, row: number, values: number): void;
  /** The same for rows first … first + rows − 1 at once. */
  storeRows(network: number, l: number, first: number, rows: number, values: number): void;
  countSaturated(network: number, l: number, rows: number): number;
  /** factor · gradient of one row of layer l from the contrast at hand; writes whole tiles. */
  gradientRow(
    network: number,
    l: number,
    row: number,
    batch: number,
    factor: number,
    inputs: number,
    out: number,
  ): void;
  scratchSize(layers: number): number;
  /** Bytes of the records: 0 network, 1 layer, 2 phase. */
  recordSizes(which: number): number;
}

/** The kernel on the given memory. */
export function layeredKernel(
  memory: Pick<KernelMemory, 'memory'>,
  options: KernelOptions = {},
): LayeredKernel {
  return instantiateKernel<LayeredKernel>('layered', memory, options);
}
