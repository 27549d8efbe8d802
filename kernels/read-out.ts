import { KernelRecord } from './kernel-record.js';
import type { KernelMemory } from './memory.js';

// The records of assembly/shared/read-out.ts: names in the order of their 4-byte fields.
const readOutFields = ['seed', 'key', 'event', 'reads', 'differences', 'rounds', 'table'] as const;
const layerReadOutFields = [
  'gains',
  'offsets',
  'sigmas',
  'codeStep',
  'codesAUnit',
  'lowestCode',
  'highestCode',
  'differenceStep',
  'differencesAUnit',
  'lowestDifference',
  'highestDifference',
] as const;

/** Bytes of scratch that reading the units of a layer needs. */
export const READ_SCRATCH = 448;
/** Units that are drawn for together. */
const TILE = 32;

/** One code and the ends of the codes; a step of 0 rounds nothing. */
export interface Codes {
  readonly step: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The converters that read one layer, in the units of its nodes. */
export interface LayerConverters {
  /** [unit] 1 + gain error, and offset. */
  readonly gains: Float64Array;
  readonly offsets: Float64Array;
  /** Of a phase, or of the mean of both. */
  readonly codes: Codes;
  /** Of the difference of two phases. */
  readonly differenceCodes: Codes;
}

/** A read-out as kernels take it. */
export interface ReadOutLayout {
  readonly seed: number;
  /** Hash of the stream's name. */
  readonly key: number;
  /** σ of one read; where nothing is rounded there is one read alone. */
  readonly noise: number;
  readonly reads: number;
  readonly differences: boolean;
  readonly layers: readonly LayerConverters[];
}

/** A read-out in a kernel's memory. */
export class ReadOutMemory {
  private readonly record: KernelRecord<(typeof readOutFields)[number]>;

  /** Bytes that one takes, alignment included, for layers of so many units. */
  static bytes(sizes: readonly number[]): number {
    return 4096 + sizes.reduce((sum, size) => sum + 3 * (4 * padded(size) + 64) + 128, 0);
  }

  /** @param unit one unit of the kernel's node states in the read-out's own */
  constructor(memory: KernelMemory, readOut: ReadOutLayout, unit: number) {
    const buffer = memory.memory.buffer as SharedArrayBuffer;
    const { seed, key, reads, layers, differences } = readOut;
    const rounds = layers.some(({ codes }) => codes.step > 0);
    const sigma = readOut.noise / unit;
    const layerBytes = 4 * layerReadOutFields.length;
    const table = memory.allocate(layerBytes * layers.length);
    for (const [l, { gains, offsets, codes, differenceCodes }] of layers.entries()) {
      const row = (value: (u: number) => number) => {
        const values = memory.float32(padded(gains.length));
        for (let u = 0; u < gains.length; u++) values[u] = value(u);
        return values.byteOffset;
      };
      new KernelRecord(layerReadOutFields, buffer, table + l * layerBytes).set({
        gains: row((u) => gains[u]),
        offsets: row((u) => offsets[u] / unit),
        sigmas: row(() => sigma),
        codeStep: codes.step / unit,
        codesAUnit: unit / codes.step,
        lowestCode: codes.lowest,
        highestCode: codes.highest,
        differenceStep: differenceCodes.step / unit,
        differencesAUnit: unit / differenceCodes.step,
        lowestDifference: differenceCodes.lowest,
        highestDifference: differenceCodes.highest,
      });
    }
    this.record = new KernelRecord(readOutFields, buffer, memory.allocate(4 * readOutFields.length));
    this.record.set({ seed, key, reads, differences: differences ? 1 : 0, rounds: rounds ? 1 : 0, table });
  }

  /** The record to read the phases of an update by. @param event number of the update */
  at(event: number): number {
    this.record.set({ event });
    return this.record.offset;
  }
}

function padded(units: number): number {
  return Math.ceil(units / TILE) * TILE;
}
