import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSpiceFile } from '../../circuits/spice/index.js';
import { AnalogBoard } from '../../devices/boards/index.js';
import { composeToInspect } from '../../experiments/composition/index.js';
import { presets, readConfig } from '../../experiments/schema/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What a network is driven with, whoever drives it: train, eval, predict, trace, gradcheck, report and circuit export send the
// voltages that the configuration's coding says, worked out here by its formula.

const FEATURES = 3;
let cwd = '';
const table: { row: number[]; label: string }[] = Array.from({ length: 10 }, (_, k) => ({
  row: [k - 3, (k * k) % 7, 100 + (k % 4)],
  label: k % 2 ? 'odd' : 'even',
}));
beforeAll(() => {
  cwd = scratch('one-coder');
  const lines = table.map(({ row, label }) => [...row, label].join(','));
  writeFileSync(join(cwd, 'table.csv'), `${['a,b,c,label', ...lines].join('\n')}\n`);
});

/** Every input vector that a device is given while something runs, as text. */
function driven(features = FEATURES): Set<string> {
  const seen = new Set<string>();
  const take = (inputs: ArrayLike<number>) => {
    for (let at = 0; at < inputs.length; at += features)
      seen.add(textOf(Array.from(inputs).slice(at, at + features)));
  };
  for (const { prototype } of [LayeredFloat32Device, HopfieldFloat32Device, AnalogBoard] as {
    prototype: object;
  }[]) {
    const device = prototype as Record<
      'settle' | 'prepare' | 'step' | 'boardStep',
      (given: { inputs?: ArrayLike<number> }, ...rest: unknown[]) => unknown
    >;
    // a board's step is a property of its own, over `boardStep`
    for (const name of ['settle', 'prepare', 'step', 'boardStep'] as const) {
      const own = device[name];
      if (own === undefined) continue;
      vi.spyOn(device, name).mockImplementation(function (this: unknown, given, ...rest) {
        if (given.inputs) take(given.inputs);
        return own.call(this, given, ...rest);
      });
    }
  }
  return seen;
}
afterEach(() => {
  vi.restoreAllMocks();
});

/** To eight digits: what another order of sums leaves open. */
const textOf = (inputs: readonly number[]) => inputs.map((value) => (value + 0).toPrecision(8)).join(' ');

/** What the coding of a preset makes of the table's rows, by its formula and the training samples' own figures. */
async function expected(preset: string, set: readonly string[], data = `csv:${join(cwd, 'table.csv')}`) {
  const config = await readConfig({ preset, set, flags: { data } });
  const run = await composeToInspect(config);
  const { dataSet, trainer } = run;
  const { train, test, features, featureNames = [] } = dataSet;
  const input = config.coding?.input ?? trainer.device.info.coding.input;
  await trainer.device.close();
  const rowsOf = (part: typeof train) =>
    Array.from({ length: part.count }, (_, s) =>
      Array.from(part.values.slice(s * features, (s + 1) * features)),
    );
  const columns = Array.from({ length: features }, (_, f) => rowsOf(train).map((row) => row[f]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const code = (row: readonly number[]) =>
    row.map((x, f) => {
      const { low, high } = input;
      if (input.scale === 'range') {
        const [from, to] = [Math.min(...columns[f]), Math.max(...columns[f])];
        return low + ((x - from) / (to - from)) * (high - low);
      }
      const m = mean(columns[f]);
      const sigma = Math.sqrt(mean(columns[f].map((value) => (value - m) ** 2)));
      const z = Math.max(-1, Math.min(1, (x - m) / (sigma * input.clipSigma)));
      return (low + high) / 2 + (z * (high - low)) / 2;
    });
  const coded = (part: typeof train) => rowsOf(part).map((row) => textOf(code(row)));
  return {
    train: coded(train),
    test: coded(test),
    testRows: rowsOf(test),
    gain: gainOf(config.network),
    featureNames,
  };
}

const gainOf = (network: object) => ('inputGain' in network ? (network.inputGain as number) : undefined);

/** Every preset of a simulated network, at a size that takes a moment. */
const simulated = Object.entries(presets).filter(([, { network }]) => network.kind !== 'board');

describe.each(simulated)('%s', (preset, { network }) => {
  const layers = 'hidden' in network ? network.hidden.map(() => 4) : [];
  const set = [`network.hidden=${JSON.stringify(layers)}`];
  const setFlags = set.flatMap((assignment) => ['--set', assignment]);
  const here = async (...args: string[]) => {
    const seen = driven();
    const { code, stderr, stdout } = await ohmprop(args, { cwd });
    expect(code, stderr).toBe(0);
    vi.restoreAllMocks();
    return { seen: [...seen].sort(), stdout };
  };

  it('is driven with the same voltages by every command', async () => {
    const right = await expected(preset, set);
    const sorted = (...lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort();
    const start = ['--preset', preset, '--data', 'csv:table.csv', ...setFlags];
    const trained = await here('train', ...start, '--epochs', '1', '--beta', '0.01', '--out', preset);
    expect(trained.seen).toEqual(sorted(right.train, right.test));
    expect((await here('eval', preset)).seen).toEqual(sorted(right.test));
    expect((await here('trace', preset, '--sample', '1')).seen).toEqual([right.test[1]]);
    expect((await here('gradcheck', preset, '--samples', '3', '--beta', '0.01')).seen).toEqual(
      sorted(right.train.slice(0, 3)),
    );
    const row = right.testRows[0];
    writeFileSync(join(cwd, 'row.csv'), `c,a,b\n${[row[2], row[0], row[1]].join(',')}\n`);
    expect((await here('predict', preset, '--data', 'csv:row.csv')).seen).toEqual([right.test[0]]);
    if (right.gain === undefined) return;
    await here('circuit', 'export', preset, '--sample', '1', '-o', `${preset}.cir`);
    const cards = readFileSync(join(cwd, `${preset}.cir`), 'utf8').matchAll(/^vx\d+ x\d+ 0 (?:dc )?(\S+)/gim);
    const sources = [...cards].map(([, value]) => Number(value) / (right.gain ?? 1));
    expect(textOf(sources)).toBe(right.test[1]);
  });
});

/** Boards take the number of features that they have. They are no circuits to export, and have no gradient to be checked. */
describe.each([
  ['board-iris', 'iris'],
  ['board-xor', 'xor'],
  ['nano-xor', 'xor'],
])('%s, simulated', (preset, data) => {
  it('is driven with the same voltages by every command', async () => {
    const right = await expected(preset, [], data);
    const { length: features } = right.testRows[0];
    const here = async (...args: string[]) => {
      const seen = driven(features);
      const { code, stderr } = await ohmprop(args, { cwd });
      expect(code, stderr).toBe(0);
      vi.restoreAllMocks();
      return [...seen].sort();
    };
    const unique = (texts: readonly string[]) => [...new Set(texts)].sort();
    expect(await here('train', '--preset', preset, '--epochs', '1', '--out', preset)).toEqual(
      unique([...right.train, ...right.test]),
    );
    expect(await here('eval', preset)).toEqual(unique(right.test));
    expect(await here('trace', preset, '--sample', '1')).toEqual([right.test[1]]);
    const names = right.featureNames.map((name) => JSON.stringify(name));
    writeFileSync(join(cwd, 'row.csv'), `${names.join(',')}\n${right.testRows[0].join(',')}\n`);
    expect(await here('predict', preset, '--data', 'csv:row.csv')).toEqual([right.test[0]]);
  });
});

describe('a network as a circuit', () => {
  it.each([
    ['xor', 0, [171.357, 71.971]],
    ['xor', 1, [154.4, 10.9]],
    ['iris', 0, [-61.3, 25.1, -20.8]],
  ])('has the outputs that trace has: %s, sample %i', async (preset, sample, right_uV) => {
    // presets, not the runs above that are named like them
    const cwd = scratch('circuit');
    const file = `${preset}-${sample}.cir`;
    await ohmprop(['circuit', 'export', preset, '--sample', String(sample), '-o', file], { cwd });
    const solved = JSON.parse((await ohmprop(['circuit', 'run', file, '--json'], { cwd })).stdout);
    const traced = await ohmprop(['trace', preset, '--sample', String(sample), '--json'], { cwd });
    const { layers, phases } = JSON.parse(traced.stdout);
    const outputs = phases[0].steps.at(-1).states.slice(-layers.at(-1));
    const nodes = Object.entries(solved.op.voltages_V as Record<string, number>)
      .filter(([name]) => /^o\d+$/.test(name))
      .sort();
    for (const [k, [, voltage_V]] of nodes.entries()) {
      // 0.01 µV
      expect(Math.abs(voltage_V - outputs[k])).toBeLessThan(1e-8);
    }
    expect(nodes.map(([, v]) => v * 1e6)).toEqual(right_uV.map((value) => expect.closeTo(value, 1)));
    expect(readSpiceFile(join(cwd, file)).size).toBeGreaterThan(0);
  });
});
