import { instantiateKernel, type KernelOptions } from './load.js';
import type { KernelMemory } from './memory.js';

/**
 * Exports of `assembly/hopfield`. Pointers are byte offsets into the kernel's memory and multiples of 4, strides are in
 * bytes; `vectors` counts groups of 4 floats.
 */
export interface HopfieldKernel {
  /** A record of `hopfieldProductFields`. */
  product(job: number): void;
  /** One phase of a batch, `job` a record of `hopfieldJobFields`; ends in its barrier. */
  relax(job: number, member: number): void;
  /** out[j][i] = w[i][j]. */
  transpose(w: number, wStep: number, rows: number, columns: number, out: number, outStep: number): void;
  listBySample(
    inputs: number,
    samples: number,
    signals: number,
    rowStep: number,
    starts: number,
    rows: number,
    values: number,
  ): number;
  listBySignal(
    inputs: number,
    samples: number,
    signals: number,
    sampleStep: number,
    scale: number,
    starts: number,
    rows: number,
    values: number,
  ): void;
  /** A record of `hopfieldInputFieldFields`. */
  inputField(job: number): void;
  contrast(first: number, second: number, samples: number, vectors: number, step: number, rows: number): void;
  /** What is read of a layer's contrast takes its place; `readOut` a record of `ReadOutMemory`. */
  readRows(
    readOut: number,
    l: number,
    rows: number,
    samples: number,
    units: number,
    step: number,
    scratch: number,
  ): void;
  crossed(rows: number, step: number, samples: number, units: number, scale: number, out: number): void;
  add(w: number, wStep: number, d: number, dStep: number, rows: number, vectors: number, sums: number): void;
  addMean(w: number, rows: number, step: number, samples: number, vectors: number, scale: number): void;
  /** A record of `hopfieldInputUpdateFields`. */
  addInputs(job: number): void;
  countSquares(w: number, rowStep: number, vectors: number, signals: number, squares: number): void;
}

/** An instance of the Hopfield kernel on the given memory. */
export function hopfieldKernel(memory: KernelMemory, options: KernelOptions = {}): HopfieldKernel {
  return instantiateKernel<HopfieldKernel>('hopfield', memory, options);
}
