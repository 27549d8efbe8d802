import { parseIdx } from '../../learning/data/index.js';
import { join, mutateBytes, pick } from './mutate.js';
import type { Target } from './target.js';

const seeds: readonly Uint8Array[] = [
  Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 5, 1, 2, 3, 4, 5),
  join(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4), new Uint8Array(24)),
  Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff),
];

/** Files of MNIST's form. */
export const idx: Target = {
  make(random) {
    if (random.integer(4) > 0) return mutateBytes(pick(random, seeds), random, seeds);
    const dimensions = random.integer(random.integer(4) === 0 ? 256 : 4);
    const head = Uint8Array.from({ length: 4 * dimensions }, () =>
      random.integer(3) === 0 ? random.integer(256) : 0,
    );
    return join(
      Uint8Array.of(0, 0, pick(random, [8, 9, 13]), dimensions),
      head,
      new Uint8Array(random.integer(300)),
    );
  },
  take(input) {
    parseIdx(input as Uint8Array, 'fuzz.idx');
    return true;
  },
  kept: (input) => input as Uint8Array,
};
