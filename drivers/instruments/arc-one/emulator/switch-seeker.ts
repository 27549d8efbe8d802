import { give } from './basic-jobs.js';
import type { Board } from './board.js';
import { busy, type Firmware, numbers, type Wait } from './firmware.js';

/** What is sought, as the instrument is told. */
interface Search {
  readonly width_s: number;
  readonly least_V: number;
  readonly step_V: number;
  readonly most_V: number;
  readonly between_s: number;
  readonly reads: number;
  readonly pulses: number;
  /** Relative change that is a switch. */
  readonly tolerance: number;
}

/**
 * Seeks the least voltage that switches a cell, then switches it to and fro.
 * @param slow goes up to a voltage on one side before it tries the other, one step further each time; else it changes sides at each voltage
 */
export function* switchSeeker(board: Board, slow: boolean): Firmware {
  const [width_s, least_V, step_V, most_V, between_s] = yield* numbers(5);
  const [, reads, pulses, cycles, percent, , polarity, devices] = yield* numbers(8);
  const search = { width_s, least_V, step_V, most_V, between_s, reads, pulses, tolerance: percent / 100 };
  for (let n = 0; n < devices; n++) {
    const [word, bit] = yield* numbers(2);
    const cell = { board, word, bit };
    let side = polarity === 0 ? 1 : -polarity;
    let found = polarity !== 0;
    if (!found) {
      const base_ohm = yield* mean(cell, search);
      for (const volts of firstVoltages(search, slow)) {
        if (!(yield* switches(cell, search, volts, base_ohm))) continue;
        [found, side] = [true, Math.sign(volts)];
        break;
      }
    }
    for (let cycle = 0; found && cycle < cycles; cycle++) {
      side = -side;
      const base_ohm = yield* mean(cell, search);
      for (const volts of stairs(search)) if (yield* switches(cell, search, side * volts, base_ohm)) break;
    }
    board.sendFloats(0, 0, 0);
  }
}

interface Cell {
  readonly board: Board;
  readonly word: number;
  readonly bit: number;
}

function stairs({ least_V, step_V, most_V }: Search): number[] {
  const steps = Math.max(0, Math.floor((most_V - least_V) / Math.max(step_V, 1e-6) + 1e-9));
  return Array.from({ length: steps + 1 }, (_, n) => least_V + n * step_V);
}

function firstVoltages(search: Search, slow: boolean): number[] {
  const all = stairs(search);
  if (!slow) return all.flatMap((volts) => [volts, -volts]);
  return all.flatMap((_, n) => [...all.slice(0, n + 1), ...all.slice(0, n + 1).map((volts) => -volts)]);
}

/** Reads a cell so often, each told. @returns their mean, ohm */
function* mean({ board, word, bit }: Cell, { reads }: Search): Generator<Wait, number, string> {
  let sum_ohm = 0;
  for (let n = 0; n < reads; n++) {
    yield* busy(board.sockets.read_seconds);
    const read_ohm = board.sockets.read(word, bit);
    board.sendFloats(read_ohm, board.sockets.read_V, 0);
    sum_ohm += read_ohm;
  }
  return sum_ohm / Math.max(1, reads);
}

function* switches(
  cell: Cell,
  search: Search,
  volts: number,
  base_ohm: number,
): Generator<Wait, boolean, string> {
  const { board, word, bit } = cell;
  for (let n = 0; n < search.pulses; n++) {
    yield* give(board, word, bit, volts, search.width_s);
    yield* busy(search.between_s);
  }
  const now_ohm = yield* mean(cell, search);
  const ratio = now_ohm / base_ohm;
  return Math.max(ratio, 1 / ratio) >= 1 + search.tolerance;
}
