import { describe, expect, it } from 'vitest';
import { readConfig } from '../../experiments/schema/index.js';
import { ohmprop } from './command-line.js';

// How a person tries the presets of the founding paper on what is at hand.

const small = ['--data', 'digits', '--layers', '8', '--limit', '60', '--epochs', '1'];

describe('hopfield-1h', () => {
  it('trains on other data than its own, of which it then holds none out, and says so', async () => {
    const { code, stderr } = await ohmprop(['train', '--preset', 'hopfield-1h', ...small]);
    expect(stderr).toMatch(/on digits: 60 training and 2000 test samples/);
    expect(stderr).toMatch(/the preset's 10000 are of mnist; --set validation=n holds some out/);
    expect(code).toBe(0);
  });

  it('holds out what is asked for', async () => {
    const asked = ['train', '--preset', 'hopfield-1h', ...small, '--set', 'validation=20'];
    const { code, stderr } = await ohmprop(asked);
    expect(stderr).toMatch(/60 training, 20 validation and 2000 test samples/);
    expect(stderr).not.toMatch(/the preset's/);
    expect(code).toBe(0);
  });

  it('keeps its split on MNIST from a directory', async () => {
    const config = (data: string) => readConfig({ preset: 'hopfield-1h', flags: { data } });
    expect((await config('mnist:DIR')).validation).toBe(10000);
    expect((await config('digits')).validation).toBeUndefined();
  });

  it('says which settings change nothing', async () => {
    const train = ['train', '--preset', 'hopfield-1h', ...small];
    const refused = await ohmprop([...train, '--tolerance', '1e-5']);
    expect(refused.stderr).toMatch(/--tolerance has no effect: .*--set settle\.fixedIterations=null/);
    expect(refused.code).toBe(2);
    const { code, stderr } = await ohmprop([...train, '--threads', '3', '--arithmetic', 'float64']);
    expect(stderr).toMatch(
      /warning: threads has no effect: 3 were asked for, but only float32 simulations have more than one/,
    );
    expect(code).toBe(0);
  });
});
