import { describe, expect, it } from 'vitest';
import { describeBoard } from '../../experiments/composition/board.js';
import { BoardEventSource } from '../../experiments/composition/board-hardware.js';
import { boardPlan } from '../../experiments/composition/board-plan.js';
import type { BoardConfig } from '../../experiments/schema/board-config.js';
import { boardPresets } from '../../experiments/schema/board-presets.js';
import { checkConfig } from '../../experiments/schema/check-config.js';
import { loadData } from '../../learning/index.js';

function configured(preset: string, device: string) {
  const base = boardPresets[preset];
  const network = { ...base.network, device } as BoardConfig;
  const config = checkConfig({ ...base, seed: 1, network }, 'test');
  return { config, network: config.network as BoardConfig };
}

describe('describing a board', () => {
  it('says what a run needs of one that is not even there', () => {
    const { config, network } = configured('board-xor', '/dev/ttyNOTHERE');
    const described = describeBoard(network, config, { inputs: 2, outputs: 2 });
    expect(described).toMatchObject({
      lifetime: 'persistent',
      use: { inputs: 2, outputs: 1 },
      options: { clip: 4, updates: 'board', stepObserves: 'outputs' },
    });
    expect(described.beta_S).toBeCloseTo(3 / 22e3, 12);
    expect(Object.keys(described.rates)).toEqual(['g1', 'g2']);
  });

  it.each(['virtual', 'simulated-board'])('knows that %s is made for the command', (device) => {
    const { config, network } = configured('board-iris', device);
    expect(describeBoard(network, config, { inputs: 4, outputs: 3 }).lifetime).toBe('made-for-this');
  });

  it('refuses data that do not fit, naming both', () => {
    const { config, network } = configured('nano-xor', 'virtual');
    expect(() => describeBoard(network, config, { inputs: 4, outputs: 3 })).toThrow(
      /4 features and 3 classes do not fit a xor-nano board, which takes 2 features and 2 classes/,
    );
  });

  it('takes the time of a conversion from the profile: an ADS1115 is a hundred times slower', async () => {
    const dataSet = await loadData('xor', { seed: 1 });
    const seconds = (preset: string) => {
      const { config, network } = configured(preset, 'virtual');
      const { boardTime_seconds, examples } = boardPlan(network, config, dataSet);
      return boardTime_seconds / examples;
    };
    // Three phases trained and two tested; eight reads of nine nodes at 17 µs, and one read of four at 1.7 ms.
    expect(seconds('board-xor')).toBeCloseTo(5 * (200e-6 + 72 * 17e-6 + 0.3e-3), 6);
    expect(seconds('nano-xor')).toBeCloseTo(5 * (400e-6 + 4 * 1.7e-3 + 0.3e-3), 6);
  });
});

describe('what a board says unasked', () => {
  it('is kept until somebody listens, then passed on as it comes, as a sentence', () => {
    const source = new BoardEventSource('/dev/ttyUSB0');
    source.take({ type: 'board-started', resetCause: 1, tapsAtStart: 'power-on' });
    const texts: string[] = [];
    const end = source.listen((text) => texts.push(text));
    source.take({ type: 'board-safe', cause: 2 });
    end();
    source.take({ type: 'board-safe', cause: 1 });
    expect(texts).toEqual([
      '/dev/ttyUSB0: the board started (power-on); its taps are lost and stand in the middle',
      '/dev/ttyUSB0: the board made itself safe: it was told to stop',
    ]);
  });
});
