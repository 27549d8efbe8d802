import type { Board } from './board.js';
import { busy, type Firmware, numbers, type Wait } from './firmware.js';

// Settings, reads and single pulses.

export function* restart(board: Board): Firmware {
  board.reset();
  yield* busy(Number.POSITIVE_INFINITY);
}

export function* initialise(board: Board): Firmware {
  const [cycles, words, bits, mode, , sneak, read_V] = yield* numbers(7);
  board.sockets.configure({ cycles, words, bits, mode, sneak, read_V });
  board.sendLine('1');
}

export function* setRead(board: Board): Firmware {
  const [mode, read_V] = yield* numbers(2);
  board.sockets.setRead(mode, read_V);
}

export function* select(board: Board): Firmware {
  const [word, bit] = yield* numbers(2);
  board.sockets.select(word, bit);
}

export function* readOne(board: Board): Firmware {
  const [word, bit] = yield* numbers(2);
  yield* sendRead(board, word, bit);
}

export function* sendRead(board: Board, word: number, bit: number): Generator<Wait, void, string> {
  const { sockets } = board;
  yield* busy(sockets.read_seconds);
  board.sendFloats(sockets.read(word, bit));
}

export function* readMany(board: Board): Firmware {
  const [what, words, bits] = yield* numbers(3);
  if (what === 1) {
    for (let w = 1; w <= words; w++) for (let b = 1; b <= bits; b++) yield* sendRead(board, w, b);
    return;
  }
  const [count] = yield* numbers(1);
  for (let n = 0; n < count; n++) {
    const [word, bit] = yield* numbers(2);
    yield* sendRead(board, word, bit);
  }
}

export function* pulseAndRead(board: Board): Firmware {
  const [word, bit, amplitude_V, width_s] = yield* numbers(4);
  yield* give(board, word, bit, amplitude_V, width_s);
  yield* sendRead(board, word, bit);
}

export function* pulseSelected(board: Board): Firmware {
  const [amplitude_V, width_s] = yield* numbers(2);
  const { word, bit } = board.sockets.selected;
  yield* give(board, word, bit, amplitude_V, width_s);
}

export function* give(
  board: Board,
  word: number,
  bit: number,
  amplitude_V: number,
  width_s: number,
): Generator<Wait, void, string> {
  const given_s = board.sockets.pulse(word, bit, amplitude_V, width_s);
  yield* busy(given_s);
}

/** Pulse, read, and say all three. */
export function* triple(
  board: Board,
  word: number,
  bit: number,
  amplitude_V: number,
  width_s: number,
): Generator<Wait, number, string> {
  const { sockets } = board;
  yield* give(board, word, bit, amplitude_V, width_s);
  yield* busy(sockets.read_seconds);
  const read_ohm = sockets.read(word, bit);
  board.sendFloats(read_ohm, amplitude_V, width_s);
  return read_ohm;
}

export function* version(board: Board): Firmware {
  yield* busy(0);
  const { firmware } = board;
  if (firmware !== undefined) board.sendShorts(firmware.major, firmware.minor);
}
