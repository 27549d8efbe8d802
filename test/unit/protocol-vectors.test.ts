import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contrast, moveTap, nudge_mV, outputError, tapStep, tapsHash } from '../../devices/boards/index.js';
import { cobsDecode, cobsEncode, decodeFrame, encodeFrame } from '../../drivers/framing/index.js';
import { bytesOf, vectorLines } from './vector-lines.js';

const numbers = (words: string[]) => words.map(Number);

describe('vectors that host and firmware share', () => {
  it('CRC-32', () => {
    for (const [data, crc] of vectorLines('crc')) expect(crc32(bytesOf(data))).toBe(Number.parseInt(crc, 16));
  });

  it('stuffing', () => {
    for (const [data, line] of vectorLines('stuff')) {
      expect([...cobsEncode(bytesOf(data)), 0]).toEqual([...bytesOf(line)]);
      expect(cobsDecode(bytesOf(line).subarray(0, -1))).toEqual(bytesOf(data));
    }
  });

  it('frames', () => {
    for (const [version, operation, status, sequence, session, payload, line] of vectorLines('frame')) {
      const frame = {
        version: Number(version),
        operation: Number(operation),
        status: Number(status),
        sequence: Number(sequence),
        session: Number(session),
        payload: bytesOf(payload),
      };
      expect(encodeFrame(frame)).toEqual(bytesOf(line));
      expect(decodeFrame(bytesOf(line).subarray(0, -1))).toEqual(frame);
    }
  });

  it('hashes of taps', () => {
    for (const [pots, hash] of vectorLines('hash')) {
      const view = new DataView(bytesOf(pots).buffer);
      const count = view.byteLength / 3;
      const taps = Uint8Array.from({ length: count }, (_, pot) => view.getUint8(3 * pot));
      const residuals = Int16Array.from({ length: count }, (_, pot) => view.getInt16(3 * pot + 1, true));
      expect(tapsHash({ taps, residuals })).toBe(Number.parseInt(hash, 16));
    }
  });

  it('errors of outputs', () => {
    for (const [target, output, oneSided, error] of vectorLines('error').map(numbers)) {
      expect(outputError(target, output, oneSided === 1)).toBe(error);
    }
  });

  it('nudges', () => {
    for (const [error, k, limit, nudge, clipped] of vectorLines('nudge').map(numbers)) {
      expect(nudge_mV(error, k, limit)).toEqual({ nudge, clipped: clipped === 1 });
    }
  });

  it('contrast', () => {
    for (const [first, second, expected] of vectorLines('contrast').map(numbers)) {
      expect(contrast(first, second)).toBe(expected);
    }
  });

  it('tap steps', () => {
    for (const [sum, gain, tap, offset, clip, step] of vectorLines('step').map(numbers)) {
      expect(tapStep(sum, gain, tap, offset, clip)).toBeCloseTo(step, 10);
    }
  });

  it('residuals', () => {
    for (const [tap, residual, step, least, most, tapAfter, residualAfter] of vectorLines('move').map(
      numbers,
    )) {
      expect(moveTap(tap, residual, step, least, most)).toEqual({ tap: tapAfter, residual: residualAfter });
    }
  });

  it('are all read', () => {
    const kinds = ['crc', 'stuff', 'frame', 'error', 'nudge', 'contrast', 'step', 'move'];
    expect(kinds.reduce((sum, kind) => sum + vectorLines(kind).length, 0)).toBe(114);
  });
});
