import { expect, it } from 'vitest';
import { philox4x32, RandomStream } from '../../core/index.js';

// Known answers published with Random123 (Salmon et al., SC 2011), philox4x32-10.
it.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('philox4x32-10 of counter %j and key %j', (c, k, want) => {
  const out = new Uint32Array(4);
  philox4x32(c[0], c[1], c[2], c[3], k[0], k[1], out);
  expect([...out]).toEqual(want);
});

it('streams differ by name and seed, and an event has its own place in one', () => {
  const draw = (stream: RandomStream) => Array.from({ length: 8 }, () => stream.uint32());
  const base = draw(new RandomStream(1, 'init'));
  expect(draw(new RandomStream(1, 'init'))).toEqual(base);
  expect(draw(new RandomStream(2, 'init'))).not.toEqual(base);
  expect(draw(new RandomStream(1, 'shuffle'))).not.toEqual(base);
  const walked = new RandomStream(1, 'init');
  walked.uniform();
  expect(draw(walked.at(5))).toEqual(draw(new RandomStream(1, 'init').at(5)));
});

it('is uniform, normal and a permutation, as it says', () => {
  const stream = new RandomStream(11, 'moments');
  const n = 200_000;
  let mean = 0;
  let normalMean = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    mean += stream.uniform() / n;
    const z = stream.normal();
    normalMean += z / n;
    square += (z * z) / n;
  }
  // Three standard errors.
  expect(Math.abs(mean - 0.5)).toBeLessThan(3 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(normalMean)).toBeLessThan(3 / Math.sqrt(n));
  expect(Math.abs(square - 1)).toBeLessThan(3 * Math.sqrt(2 / n));
  expect([...stream.permutation(1000)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  );
});
