import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addSettings, settings, settingsNamed, settingsTree } from '../../cli/setting-flags.js';
import { policyNames } from '../../devices/cells/policies/index.js';
import { costNames } from '../../devices/contract/index.js';
import {
  checkConfig,
  configJsonSchema,
  costChoices,
  estimatorChoices,
  policyChoices,
  readConfig,
} from '../../experiments/schema/index.js';
import { estimatorNames } from '../../learning/index.js';

function treeOf(...words: string[]) {
  const command = addSettings(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
  command.parse(words, { from: 'user' });
  return settingsTree(command.opts());
}

const plain = {
  data: 'xor',
  network: { kind: 'resistive', hidden: [4], inputGain: 4 },
  training: { beta: 0.3, batch: 4, epochs: 1, conductanceRates: 0.05, biasRates: 0.05 },
};

describe('flags that the schema makes', () => {
  it('say where in a configuration they belong, and nothing of what was not given', () => {
    expect(treeOf()).toEqual({});
    expect(
      treeOf('--epochs', '3', '--layers', '8,4', '--beta', '136uS', '--threads', 'auto', '--relaxed-simd'),
    ).toEqual({
      training: { epochs: 3, beta: '136uS' },
      network: { hidden: [8, 4] },
      threads: 'auto',
      relaxedSimd: true,
    });
    expect(treeOf('--beta', '0.5', '--threads', '2')).toEqual({ training: { beta: 0.5 }, threads: 2 });
  });

  it('choose a board where they are its own', () => {
    expect(treeOf('--board', 'xor-nano').network).toEqual({ kind: 'board', profile: 'xor-nano' });
    expect(treeOf('--window', '10').network).toEqual({ window: 10 });
  });

  it('read quantities in the unit of their setting', () => {
    expect(treeOf('--drift', '0.1', '--drift-t0-seconds', '20ms', '--d2d', '5%').cells).toEqual({
      drift: { exponent: 0.1, t0_s: 0.02 },
      d2d: 0.05,
    });
    expect(() => treeOf('--drift-t0-seconds', '20mV')).toThrow(/mV/);
    expect(() => treeOf('--epochs', '2.5')).toThrow(/whole number/);
  });

  it('can be taken by name, and show choices and what holds by default', () => {
    const some = settingsNamed('--policy', '--arithmetic');
    expect(some.map(({ path }) => path.join('.'))).toEqual(['cells.policy', 'arithmetic']);
    expect(some[0].help).toMatch(/: exact, proportional, .* \(proportional\)$/);
    expect(() => settingsNamed('--polici')).toThrow(/--polici/);
    for (const { help } of settings) expect(help).not.toBe('');
  });
});

describe('the schema of configurations', () => {
  it('knows the names that learning and cells have', () => {
    expect(estimatorChoices).toEqual(estimatorNames);
    expect(costChoices).toEqual(costNames);
    expect(policyChoices).toEqual(policyNames);
  });

  it('reads texts with units wherever there is a unit', () => {
    const { cells, network } = checkConfig(
      {
        ...plain,
        network: { ...plain.network, units: { conductance_S: '1uS', voltage_V: '1mV' } },
        cells: { d2d: '5%', update_s: '10ms', telegraph: { depth: 0.1, upper_s: '1s', lower_s: 2 } },
      },
      'test',
    );
    expect(cells).toMatchObject({ d2d: 0.05, update_s: 0.01, telegraph: { upper_s: 1, lower_s: 2 } });
    expect(network).toMatchObject({ units: { conductance_S: 1e-6, voltage_V: 1e-3 } });
    expect(() => checkConfig({ ...plain, cells: { update_s: '10mV' } }, 'test')).toThrow(
      /cells\.update_s: .*mV.*; got "10mV"/,
    );
    expect(() => checkConfig({ ...plain, cells: { d2d: -1 } }, 'test')).toThrow(/cells\.d2d/);
  });

  it('takes a nudge in siemens, as a share, or to be chosen, and nothing else: before anything is opened', () => {
    const beta = (given: unknown) =>
      checkConfig({ ...plain, training: { ...plain.training, beta: given } }, 'test').training.beta;
    for (const given of [0.5, '136uS', '0.5', '50%', 'auto']) expect(beta(given)).toBe(given);
    for (const given of ['1V', '-1uS', '0', 0, 'much', '1ohm'])
      expect(() => beta(given)).toThrow('training.beta: needs a number above 0');
  });

  it('is a JSON schema for editors', () => {
    const schema = configJsonSchema() as {
      required: string[];
      properties: Record<string, { description?: string; properties?: Record<string, object> }>;
    };
    expect(schema.required).toEqual(['data', 'network', 'training']);
    expect(schema.properties.seed.description).toBe('of everything random');
    expect(schema.properties.cells.properties?.d2d).toMatchObject({ type: ['number', 'string'], unit: '1' });
    expect(JSON.stringify(schema)).not.toMatch(/"flag"|chosenByFlag/);
  });
});

describe('readConfig', () => {
  it('takes the preset of the data, or of the board, that flags ask for', async () => {
    expect((await readConfig({ flags: { data: 'iris' } })).preset).toBe('iris');
    expect((await readConfig({ flags: treeOf('--device', 'virtual', '--data', 'xor') })).preset).toBe(
      'board-xor',
    );
    expect((await readConfig({})).preset).toBe('digits');
  });

  it('keeps what --set says of a network whose kind a flag names', async () => {
    const flags = treeOf('--device', 'virtual', '--data', 'xor');
    const { network } = await readConfig({ set: ['network.reads=4'], flags });
    expect(network).toMatchObject({ kind: 'board', reads: 4 });
    await expect(readConfig({ set: ['network.hidden=[6]'], flags })).rejects.toThrow(/network.*hidden/s);
    // A file of a network of another kind is left out as a whole.
    const written = { tree: { network: { kind: 'resistive', hidden: [6] } }, place: 'my.yaml' };
    expect((await readConfig({ written, flags })).network).toMatchObject({ kind: 'board' });
  });
});
