import type { CrossbarSize } from '../../circuits/wired/index.js';
import type { Crossbar } from '../crossbar/index.js';

/**
 * What a crossbar is to the units on its lines: currents into its ports are matrix · port voltages, symmetric, S. Word lines of sources
 * have no block of their own, as nobody asks what flows out of a source.
 */
export interface PortMatrix {
  /** Bit lines among themselves, [columns × columns]. */
  readonly bits: Float64Array;
  /** A row a bit line, [columns × rows]. */
  readonly across: Float64Array;
  /** Word lines among themselves, [rows × rows]; not of sources. */
  readonly words: Float64Array | undefined;
}

/** Ports of a crossbar without any resistance but its cells. */
export function idealPorts(
  { rows, columns }: CrossbarSize,
  g_S: Float64Array,
  ofSources: boolean,
): PortMatrix {
  const bits = new Float64Array(columns * columns);
  const across = new Float64Array(columns * rows);
  const words = ofSources ? undefined : new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const g = g_S[i * columns + j];
      bits[j * columns + j] += g;
      across[j * rows + i] = -g;
      sum += g;
    }
    if (words !== undefined) words[i * rows + i] = sum;
  }
  return { bits, across, words };
}

/** Ports of a crossbar with wires, and what its cells saw while they were found: by that, ports of cells that have moved are estimated. */
export interface SolvedPorts extends PortMatrix {
  /** Drop across the cell at (i, j) by 1 V on bit line j, [rows × columns]; and by 1 V on word line i, not of sources. */
  readonly bitDrops: Float64Array;
  readonly wordDrops: Float64Array | undefined;
}

/** Ports whose nodes are kept at once. */
const CHUNK = 8;

/** Ports of a crossbar with wires: 1 V at one port after the other, and what then flows into all of them. */
export function solvedPorts(
  crossbar: Crossbar,
  { rows, columns }: CrossbarSize,
  ofSources: boolean,
  tolerance: number,
): SolvedPorts {
  const bits = new Float64Array(columns * columns);
  const across = new Float64Array(columns * rows);
  const bitDrops = new Float64Array(rows * columns);
  eachChunk(columns, (first, count) => {
    const columns_V = unitVectors(first, count, columns);
    const found = crossbar.solve({ count, rows_V: new Float64Array(count * rows), columns_V }, { tolerance });
    for (let k = 0; k < count * columns; k++) bits[first * columns + k] = -found.outputCurrents_A[k];
    across.set(found.rowCurrents_A, first * rows);
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < rows; i++) {
        const cell = i * columns + first + c;
        const node = c * rows * columns + cell;
        bitDrops[cell] = found.bitVoltages_V[node] - found.wordVoltages_V[node];
      }
    }
  });
  symmetrise(bits, columns);
  if (ofSources) return { bits, across, words: undefined, bitDrops, wordDrops: undefined };
  const words = new Float64Array(rows * rows);
  const wordDrops = new Float64Array(rows * columns);
  eachChunk(rows, (first, count) => {
    const found = crossbar.solve({ count, rows_V: unitVectors(first, count, rows) }, { tolerance });
    words.set(found.rowCurrents_A, first * rows);
    for (let c = 0; c < count; c++) {
      for (let j = 0; j < columns; j++) {
        const cell = (first + c) * columns + j;
        const node = c * rows * columns + cell;
        wordDrops[cell] = found.wordVoltages_V[node] - found.bitVoltages_V[node];
      }
    }
  });
  symmetrise(words, rows);
  return { bits, across, words, bitDrops, wordDrops };
}

/**
 * Ports of cells that have moved, to first order in what each cell says of its own two lines: by ΔG a cell adds ΔG·D² to a line of its
 * own and takes ΔG·D·D' between its two, D its drops by 1 V on either. What it says to other lines, through wires alone, is left out.
 */
export function movedPorts(
  { bits, across, words, bitDrops, wordDrops }: SolvedPorts,
  { rows, columns }: CrossbarSize,
  from_S: Float64Array,
  to_S: Float64Array,
): PortMatrix {
  const moved = { bits: bits.slice(), across: across.slice(), words: words?.slice() };
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cell = i * columns + j;
      const by = to_S[cell] - from_S[cell];
      if (by === 0) continue;
      const byBit = bitDrops[cell];
      const byWord = wordDrops?.[cell] ?? byBit;
      moved.bits[j * columns + j] += by * byBit * byBit;
      moved.across[j * rows + i] -= by * byBit * byWord;
      if (moved.words !== undefined) moved.words[i * rows + i] += by * byWord * byWord;
    }
  }
  return moved;
}

function eachChunk(all: number, solve: (first: number, count: number) => void): void {
  for (let first = 0; first < all; first += CHUNK) solve(first, Math.min(CHUNK, all - first));
}

/** 1 V on lines first … first + count − 1, one after the other, [count × lines]. */
function unitVectors(first: number, count: number, lines: number): Float64Array {
  const volts = new Float64Array(count * lines);
  for (let k = 0; k < count; k++) volts[k * lines + first + k] = 1;
  return volts;
}

/** Takes away what the tolerance of solves left between a matrix and its transpose. */
function symmetrise(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (matrix[i * size + j] + matrix[j * size + i]) / 2;
      matrix[i * size + j] = mean;
      matrix[j * size + i] = mean;
    }
  }
}
