import { expect, it } from 'vitest';
import { survive } from '../../bench/boards-survive.js';

// A hundredth of `npm run bench -- boards-survive`, of its shorter run: two kills, a pulled cable, a brown-out, a machine that sleeps.

it.each([false, true])(
  'a run that is started once ends where one that nobody disturbs ends; DTR resets: %s',
  async (dtrReset) => {
    for (const found of await survive({ seed: 1, part: 0.01, dtrReset, only: 'xor' })) {
      expect(found).toMatchObject({
        ended: true,
        lost: 0,
        doubled: 0,
        asJournalled: true,
        asUndisturbed: true,
        eachPauseOnce: true,
      });
      expect(found.pauses[1]).toBe(found.pauses[0]);
      expect(found.failures[1]).toBe(found.failures[0]);
      if (found.troubles.brownOut === 0) expect(found.extraSteps).toBe(0);
    }
  },
);
