import { give, triple } from './basic-jobs.js';
import type { Board } from './board.js';
import { busy, type Firmware, field, numberOf, numbers, type Wait } from './firmware.js';

// What the instrument does by itself with one cell after the other, as its clients ask for it.

/** Each of so many devices, whose lines come one after the other; three zeros end its data. */
function* each(
  board: Board,
  devices: number,
  of: (word: number, bit: number) => Generator<Wait, void, string>,
): Generator<Wait, void, string> {
  for (let n = 0; n < devices; n++) {
    const [word, bit] = yield* numbers(2);
    yield* of(word, bit);
    board.sendFloats(0, 0, 0);
  }
}

/** Pulses of growing width and amplitude until the resistance has fallen, or changed by so many percent. */
export function* formFinder(board: Board, newer: boolean): Firmware {
  const [least_V, step_V, most_V, least_s, widen, most_s, between_s, threshold_ohm, percent] =
    yield* numbers(9);
  const linear = newer && numberOf(yield* field()) === 1;
  const [, pulses, devices] = yield* numbers(3);
  yield* each(board, devices, function* (word, bit): Generator<Wait, void, string> {
    yield* busy(board.sockets.read_seconds);
    const start_ohm = board.sockets.read(word, bit);
    board.sendFloats(start_ohm, board.sockets.read_V, 0);
    const done = (ohm: number) =>
      percent > 0 ? Math.abs(ohm - start_ohm) > (percent / 100) * start_ohm : ohm < threshold_ohm;
    if (done(start_ohm)) return;
    const steps = Math.round(Math.abs(most_V - least_V) / Math.max(Math.abs(step_V), 1e-6));
    for (let n = 0; n <= steps; n++) {
      const volts = least_V + Math.sign(most_V - least_V || 1) * Math.abs(step_V) * n;
      for (let s = least_s; s <= most_s * (1 + 1e-9); s = linear ? s + widen : s * (1 + widen / 100)) {
        for (let p = 0; p < pulses; p++) {
          const ohm = yield* triple(board, word, bit, volts, s);
          yield* busy(between_s);
          if (done(ohm)) return;
        }
        if (!(widen > 0)) break;
      }
    }
  });
}

/** Pulses of growing amplitude towards a resistance, the other way round after passing it. */
export function* converge(board: Board): Firmware {
  const [least_V, step_V, most_V, width_s, , , between_s, target_ohm, percent] = yield* numbers(9);
  const [, pulses, polarity, devices] = yield* numbers(4);
  yield* each(board, devices, function* (word, bit): Generator<Wait, void, string> {
    yield* busy(board.sockets.read_seconds);
    let ohm = board.sockets.read(word, bit);
    board.sendFloats(ohm, board.sockets.read_V, 0);
    let sign = polarity;
    let side = ohm > target_ohm;
    for (let volts = least_V; volts <= most_V * (1 + 1e-9); volts += Math.max(step_V, 1e-3)) {
      for (let p = 0; p < Math.max(1, pulses); p++) {
        if (Math.abs(ohm - target_ohm) <= (percent / 100) * target_ohm) return;
        ohm = yield* triple(board, word, bit, sign * volts, width_s);
        yield* busy(between_s);
        if (ohm > target_ohm === side) continue;
        side = !side;
        sign = -sign;
        volts = least_V;
      }
    }
  });
}

/** One bit line with several word lines: their current together, or a write with the rest at half. */
export function* multiBias(board: Board): Firmware {
  const [write_V, width_s, read_V, count, bit, action] = yield* numbers(6);
  const words = yield* numbers(count);
  const { sockets } = board;
  if (action === 1) {
    yield* busy(sockets.read_seconds);
    const sum_A = words.reduce((sum, word) => sum + Math.abs(read_V) / sockets.read(word, bit), 0);
    board.sendFloats(1, sum_A, read_V);
    return;
  }
  for (const after of [false, true]) {
    if (after) for (const word of words) yield* give(board, word, bit, write_V, width_s);
    for (let word = 1; word <= sockets.words; word++) {
      yield* busy(sockets.read_seconds);
      board.sendFloats(sockets.read(word, bit), read_V, 0);
    }
  }
}

export function* endurance(board: Board): Firmware {
  const [plus_V, plus_s, , minus_V, minus_s, , between_s, plus, minus, cycles, devices] = yield* numbers(11);
  yield* each(board, devices, function* (word, bit): Generator<Wait, void, string> {
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (let n = 0; n < plus + minus; n++) {
        const [volts, seconds] = n < plus ? [plus_V, plus_s] : [minus_V, minus_s];
        yield* triple(board, word, bit, volts, seconds);
        yield* busy(between_s);
      }
    }
  });
}

/** Current over voltage, in stairs or pulses; three zeros after each cycle. */
export function* curveTracer(board: Board): Firmware {
  const [plus_V, minus_V, start_V, step_V, width_s, between_s, , , cycles, kind, span, , devices] =
    yield* numbers(13);
  for (let n = 0; n < devices; n++) {
    const [word, bit] = yield* numbers(2);
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const volts of stairs(Math.abs(plus_V), Math.abs(minus_V), start_V, Math.abs(step_V), span)) {
        const { sockets } = board;
        // it reads while the voltage is on
        const read_ohm = sockets.readAt(word, bit, volts);
        yield* give(board, word, bit, volts, width_s);
        board.sendFloats(read_ohm, volts, width_s);
        yield* busy(kind === 1 ? between_s : 0);
      }
      board.sendFloats(0, 0, 0);
    }
  }
}

export function* chrono(board: Board): Firmware {
  const [bias_V, width_s, reads, devices] = yield* numbers(4);
  yield* each(board, devices, function* (word, bit): Generator<Wait, void, string> {
    for (let n = 0; n < reads; n++) {
      const read_ohm = board.sockets.readAt(word, bit, bias_V);
      yield* give(board, word, bit, bias_V, width_s / Math.max(1, reads));
      board.sendFloats(read_ohm, bias_V, width_s);
    }
  });
}

/** Voltages of one cycle: up and down on one side, then on the other. @param span 0: first up, 1: first down, 2, 3: one side alone */
function stairs(plus_V: number, minus_V: number, start_V: number, step_V: number, span: number): number[] {
  const side = (most_V: number, sign: number) => {
    const steps = Math.max(0, Math.round((most_V - start_V) / Math.max(step_V, 1e-6)));
    const up = Array.from({ length: steps + 1 }, (_, i) => sign * (start_V + i * step_V));
    return [...up, ...up.slice(0, -1).reverse()];
  };
  const [plus, minus] = [side(plus_V, 1), side(minus_V, -1)];
  return [[...plus, ...minus], [...minus, ...plus], plus, minus][span] ?? plus;
}
