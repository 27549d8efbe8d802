import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeRun, openDescribed } from '../../experiments/composition/index.js';
import { checkConfig, presets, readConfig, unusedSettings } from '../../experiments/schema/index.js';
import { everyKey, type Outcome, outcomeOf } from './settings-walk.js';

const small = ['limit=12', 'training.epochs=2', 'network.hidden=[6]', 'training.beta=0.1'];
const cells = (settings: string) => ['iris', [...small, `cells={model: linear, ${settings}}`]] as const;
const hopfield = (relaxation: string, more = '') =>
  [
    'iris',
    [
      'limit=12',
      'training.epochs=2',
      `network={kind: hopfield, hidden: [6], relaxation: ${relaxation}${more}}`,
      'training.beta=0.5',
    ],
  ] as const;
const onBoard = ['limit=12', 'training.epochs=2', 'training.batch=4'];

/** Kinds of runs that leave different settings without a say. Preset, and what is set. */
const situations: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'float32 simulation': ['iris', small],
  'float64 simulation': ['iris', [...small, 'arithmetic=float64']],
  'counted iterations': ['iris', [...small, 'settle.fixedIterations=6']],
  'cells, policy proportional': cells('policy: proportional'),
  'cells, policy sign': cells('policy: sign, deadZone: 0.01'),
  'cells, policy exact': cells('policy: exact'),
  'cells, policy write-verify': cells('policy: write-verify, c2c: 0.5'),
  'cells, policy tiki-taka-chopped': cells(
    'policy: tiki-taka-chopped, transferEvery: 2, fastGain: 400, transferRate: 0.3, chopEvery: 1',
  ),
  'cells, policy zero-shift': cells('policy: zero-shift, pairing: differential, d2d: 0.05'),
  // rates so high that cells wear off within the few updates of it
  'one-sided pairs': [
    'iris',
    [
      'limit=12',
      'training.epochs=6',
      'network.hidden=[6]',
      'training.beta=0.1',
      'training.conductanceRates=[4,4]',
      'cells={model: linear, states: 20, pairing: differential, pairUpdate: one-sided, refreshEvery: 1}',
    ],
  ],
  'bias currents in cells': cells('biasCells: true'),
  'cells that age': cells('drift: { exponent: 0.1 }, telegraph: { depth: 0.1, upper_s: 1, lower_s: 1 }'),
  'cells that are read': cells('converter: { bits: 6 }'),
  'cells behind an instrument': [
    'iris',
    [
      ...small,
      'network.window=[1uS, 50uS]',
      "cells={model: 'arc-one:/dev/ttyNONE', limits: 'LIMITS', noCurrentLimit: true, pulse: '1V,1us,-1V,1us', states: 50}",
    ],
  ],
  'nodes that are read': [
    'iris',
    [...small, 'readout={noise_V: 1uV, bits: 9, fullScale_V: 20mV, dacBits: 6}'],
  ],
  'differences that are read': [
    'iris',
    [
      ...small,
      'readout={bits: 9, fullScale_V: [20mV, 5mV], difference: true, differenceScale_V: 1mV, meanBits: 8}',
    ],
  ],
  'held currents, cross-entropy': [
    'iris',
    [...small, 'training.nudge=current-held', 'training.cost=cross-entropy'],
  ],
  'held currents, margin': ['iris', [...small, 'training.nudge=current-held', 'training.cost=margin']],
  momentum: ['iris', [...small, 'training.optimizer=momentum', 'training.momentum=0.8']],
  adam: [
    'iris',
    [...small, 'training.optimizer=adam', 'training.adam={beta1: 0.8, beta2: 0.9, epsilon: 0.01}'],
  ],
  'a schedule': ['iris', [...small, 'training.schedule=rate=cosine']],
  'cells by their dynamics': [
    'iris',
    [...small, "cells={model: sdc-nugent, pulse: '0.4V,200ns,-0.4V,200ns'}"],
  ],
  'published cells': ['iris', [...small, 'cells={model: ag-asi-jo}']],
  'Hopfield, Euler steps': hopfield('euler'),
  'Hopfield, exact': hopfield('exact'),
  'Hopfield, bounded ReLU': hopfield('exact', ', activation: bounded-relu, activationBound: 0.4'),
  'targets of its own': [
    'iris',
    [
      ...small,
      'coding.target={kind: one-hot, off: 0mV, on: 1mV}',
      'coding.input={scale: range, clipSigma: null, low: -1mV, high: 1mV}',
    ],
  ],
  'two classes': ['xor', ['training.epochs=2', 'coding.target={kind: difference, off: -1mV, on: 1mV}']],
  'through wires': ['iris', [...small, 'network.wires={wire_ohm: 1k}']],
  'through wires, each line by itself': [
    'iris',
    [...small, 'network.wires={row_ohm: 1k, column_ohm: 2k, driver_ohm: 500}'],
  ],
  board: ['board-iris', onBoard],
  'small board': ['nano-xor', ['training.epochs=2']],
  'board of nominal parts': ['board-iris', [...onBoard, 'network.parts=nominal']],
};

/**
 * For every key, what to set: the first that is not what holds already. ` & ` joins what only goes together.
 */
const values: Readonly<Record<string, readonly string[]>> = {
  preset: ['xor', 'iris'],
  seed: ['2'],
  hardwareSeed: ['7'],
  data: ['xor & limit=null', 'iris'],
  testData: ['csv:FLOWERS'],
  targets: ['y & data=csv:NUMBERS & limit=null'],
  limit: ['9'],
  validation: ['10'],
  'network.hidden': ['[5]'],
  'network.inputGain': ['5'],
  'network.window': ['50', '[10nS, 2uS]'],
  'network.diodeThreshold_V': ['0.5mV'],
  'network.diodeOn_ohm': ['100k'],
  'network.wires.wire_ohm': ['3k'],
  'network.wires.row_ohm': ['5k'],
  'network.wires.column_ohm': ['5k'],
  'network.wires.firstRow_ohm': ['10k'],
  'network.wires.lastColumn_ohm': ['10k'],
  'network.wires.driver_ohm': ['10k'],
  'network.wires.sense_ohm': ['10k'],
  'network.units.conductance_S': ['2uS'],
  'network.units.voltage_V': ['2mV'],
  'network.relaxation': ['euler', 'exact'],
  'network.nudgedRelaxation': ['euler', 'exact'],
  'network.epsilon': ['0.4'],
  'network.activation': ['tanh', 'hard-sigmoid'],
  'network.activationBound': ['0.3'],
  'network.device': ['virtual'],
  'network.profile': ['xor-nano', 'reference'],
  'network.parts': ['nominal', 'drawn'],
  'network.partsSeed': ['7'],
  'network.mismatch': ['10%'],
  'network.reads': ['2'],
  'network.clip': ['1'],
  'network.calibration': ['nobody.board.json'],
  'network.boardPatience': ['60'],
  'network.watchdog': ['1'],
  'network.middleBand': ['50mV'],
  'network.checkEvery': ['2'],
  'network.mask': ['nobody.mask.json'],
  'network.updates': ['host'],
  'readout.noise_V': ['0.1mV'],
  'readout.offset_V': ['0.1mV'],
  'readout.offsetSpread_V': ['0.1mV'],
  'readout.gain': ['5%'],
  'readout.gainSpread': ['5%'],
  'readout.bits': ['7'],
  'readout.fullScale_V': ['10mV'],
  'readout.reads': ['3'],
  'readout.difference': ['true', 'false'],
  'readout.differenceScale_V': ['[3mV, 2mV]'],
  'readout.meanBits': ['6'],
  'readout.dacBits': ['3'],
  arithmetic: ['float64', 'float32'],
  threads: ['2'],
  relaxedSimd: ['true'],
  'training.nudge': ['current-held', 'conductance'],
  'training.cost': ['squared-hinge'],
  'training.costScale_V': ['2mV'],
  'training.costMargin_V': ['3mV'],
  'training.rule': ['coupled', 'contrastive-hebbian', 'backprop'],
  'training.estimator': ['positive'],
  'training.beta': ['0.08'],
  'training.batch': ['3'],
  'training.epochs': ['3'],
  'training.conductanceRates': ['[4%]'],
  'training.biasRates': ['[0.04]'],
  'training.rateDecay': ['0.5'],
  'training.schedule': ['beta=step:0.5/1'],
  'training.optimizer': ['momentum', 'sgd'],
  'training.momentum': ['0.5'],
  'training.adam.beta1': ['0.5'],
  'training.adam.beta2': ['0.5'],
  'training.adam.epsilon': ['0.1'],
  'training.weightDecay': ['0.5'],
  'training.patience': ['1 & validation=3'],
  'training.particles': ['true'],
  'settle.tolerance': ['1%'],
  'settle.outputChange': ['1e-9'],
  'settle.maxIterations': ['2'],
  'settle.fixedIterations': ['7'],
  'settle.nudged.tolerance': ['1e-2'],
  'settle.nudged.outputChange': ['1e-9'],
  'settle.nudged.maxIterations': ['2'],
  'settle.nudged.fixedIterations': ['7'],
  'settle.evaluation.tolerance': ['1e-2'],
  'settle.evaluation.maxIterations': ['2'],
  'settle.evaluation.fixedIterations': ['2'],
  'coding.input.scale': ['range & coding.input.clipSigma=null', 'z-score & coding.input.clipSigma=2'],
  'coding.input.clipSigma': ['1.1'],
  'coding.input.low': ['-0.9e-3'],
  'coding.input.high': ['0.9e-3'],
  'coding.target.kind': ['one-hot & coding.target.off=-0.2mV & coding.target.on=0.9mV', 'difference'],
  'coding.target.off': ['0.1e-3'],
  'coding.target.on': ['0.5e-3'],
  'cells.model': ['ag-asi-jo', 'linear'],
  'cells.pulse': ['1V,2us,-1V,2us', '0.5V,1us,-0.5V,1us'],
  'cells.states': ['100'],
  'cells.policy': ['sign', 'exact'],
  'cells.pairing': ['differential', 'single'],
  'cells.pairUpdate': ['first', 'one-sided'],
  'cells.refreshEvery': ['2'],
  'cells.transferEvery': ['3'],
  'cells.transferRate': ['0.7'],
  'cells.fastGain': ['50'],
  'cells.chopEvery': ['3'],
  'cells.biasCells': ['true', 'false'],
  'cells.bias_V': ['10mV'],
  'cells.deadZone': ['0.5'],
  'cells.rounds': ['1'],
  'cells.mostPulses': ['1'],
  'cells.d2d': ['10%'],
  'cells.c2c': ['0.1'],
  'cells.c2cRange': ['0.1'],
  'cells.writeNoise': ['0.1'],
  'cells.readNoise': ['0.1'],
  'cells.stuck': ['0.2'],
  'cells.telegraph.depth': ['0.3'],
  'cells.telegraph.upper_s': ['5s'],
  'cells.telegraph.lower_s': ['5s'],
  'cells.drift.exponent': ['0.2'],
  'cells.drift.spread': ['0.1'],
  'cells.drift.t0_s': ['500ms'],
  'cells.relaxation': ['true'],
  'cells.update_s': ['2'],
  'cells.converter.bits': ['4'],
  'cells.converter.offset': ['10%'],
  'cells.converter.gain': ['0.1'],
  'cells.limits': ['nobody.limits.yaml'],
  'cells.noCurrentLimit': ['true', 'false'],
  'cells.like': ['ag-asi-jo'],
  'cells.endurance': ['1000000'],
  'cells.matrix': ['nobody.matrix.yaml'],
  'cells.journal': ['given.jsonl'],
  'cells.reads': ['2'],
  'cells.read_V': ['50mV'],
  'cells.layout': ['[{group: g1, at: "0,0"}, {group: g2, at: "20,0"}]'],
  'cells.pulseLog': ['PULSES'],
};

/**
 * Keys that change nothing but how long a run takes: results are the same to the last bit, by contract. A calibration is looked for
 * once a board answers, and changes what siemens mean (board-files.test.ts); so is a mask (board-mask.test.ts). What an instrument is
 * told, and where on it groups lie, is train-on-arrays.test.ts.
 */
const onlyTime = [
  'threads',
  'network.calibration',
  'network.boardPatience',
  'network.watchdog',
  'network.middleBand',
  'network.checkEvery',
  'network.mask',
  'cells.limits',
  'cells.noCurrentLimit',
  'cells.endurance',
  'cells.matrix',
  'cells.journal',
  'cells.reads',
  'cells.read_V',
  'cells.layout',
  'cells.like',
];

/** What comes to the same in one situation by design, and why. */
const alike: Readonly<Record<string, string>> = {
  'cells behind an instrument: cells.pulse':
    'cells of so many even states take a pulse as one step, however long',
  'board of nominal parts: network.updates': 'host and board work out the same taps where no part is off',
};

/** Keys that are answered by a warning instead of a refusal, and why. */
const warned: Readonly<Record<string, string>> = {
  threads: 'scripts give every run the threads of their machine; results are the same',
  'network.window': 'published cells scaled to a window that nobody measured: possible, and to be known',
  'cells.d2d': 'a share of 1 or more may be meant, and is most often a percentage',
  'cells.c2cRange': 'as d2d',
  'cells.writeNoise': 'as d2d',
  'cells.readNoise': 'as d2d',
};

/** Keys that are never changed by themselves: another value is refused, whatever is set beside it. */
const decided: Readonly<Record<string, string>> = {
  'network.kind': 'chooses the keys beside it; each kind is a situation',
  'coding.readOut': 'goes by coding.target.kind',
  'network.settings': 'is of a device of a module; tried in use.test.ts',
  'cells.sha256': 'is of the file that cells come from: nothing goes on with another',
  'settle.evaluation.outputChange': 'only nudged phases wait for their outputs; runs of before may hold it',
};

describe('no setting is without effect', () => {
  it('there are values for every key of the schema, and for no other', () => {
    expect([...Object.keys(values), ...Object.keys(decided)].sort()).toEqual(everyKey().sort());
    expect(Object.keys(warned).length).toBeLessThanOrEqual(10);
  });

  it.each([
    'network.kind=board',
    'coding.readOut=sign',
    'coding.readOut=difference',
    `cells.sha256=${'a'.repeat(64)}`,
    'settle.evaluation.outputChange=1',
  ])('%s is refused', async (set) => {
    const [key] = set.split('=');
    expect(await outcomeOf('iris', [...small, set])).toMatchObject({
      refusal: expect.stringMatching(key === 'network.kind' ? 'board' : key),
    });
  });

  const changedSomewhere = new Set<string>();

  for (const [situation, [preset, set]] of Object.entries(situations)) {
    it(`each changes what a run comes to, or is refused: ${situation}`, async () => {
      const base = await outcomeOf(preset, set);
      if ('refusal' in base) throw new Error(base.refusal);
      const amiss: string[] = [];
      for (const key of Object.keys(values)) {
        const [value, ...beside] = valueFor(key, base.config);
        const outcome =
          key === 'preset'
            ? await outcomeOf(value, set)
            : await outcomeOf(preset, [...set, `${key}=${value}`, ...beside]);
        const verdict = verdictOf(outcome, base, key);
        if (verdict === 'changed') changedSomewhere.add(key);
        if (
          !['changed', 'refused'].includes(verdict) &&
          !onlyTime.includes(key) &&
          !(`${situation}: ${key}` in alike)
        ) {
          amiss.push(`${key}=${value}: ${verdict}`);
        }
        if ('warnings' in outcome && !(key in warned)) {
          const about = outcome.warnings.filter((warning) => warning.includes(key));
          amiss.push(...about.map((text) => `${key}=${value} draws: ${text}`));
        }
      }
      expect(amiss).toEqual([]);
    });
  }

  it('and each changes something somewhere', () => {
    const never = Object.keys(values).filter((key) => !changedSomewhere.has(key) && !onlyTime.includes(key));
    expect(never).toEqual([]);
  });
});

/** A value that is not what holds, with what goes with it. */
function valueFor(key: string, config: unknown): string[] {
  // Nudged phases relax as free ones where nothing else is said.
  const holds =
    at(config, key) ?? (key === 'network.nudgedRelaxation' ? at(config, 'network.relaxation') : '');
  const found = values[key].map((text) => text.split(' & ')).find(([value]) => value !== String(holds));
  if (found === undefined) throw new Error(`${key}: no other value than ${holds}`);
  return found;
}

function verdictOf(outcome: Outcome, base: Outcome, key: string): string {
  if ('refusal' in outcome) return 'refused';
  if ('reached' in base && outcome.reached !== base.reached) return 'changed';
  return outcome.warnings.some((warning) => warning.includes(key)) ? 'warned' : 'nothing';
}

function at(config: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], config);
}

describe('no warning where nothing is amiss', () => {
  it.each(Object.keys(presets))('preset %s', (name) => {
    expect(unusedSettings(checkConfig({ ...presets[name], preset: name }, name))).toEqual([]);
  });

  const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
  it.each(readdirSync(examples).filter((name) => name.endsWith('.yaml')))('example %s', async (name) => {
    const { trainer, composition } = await openDescribed(
      await describeRun(await readConfig({ file: `${examples}${name}` })),
    );
    await trainer.device.close();
    expect(composition.warnings ?? []).toEqual([]);
  });
});

it('holds float64 for a network through wires where nothing is said, and refuses float32', async () => {
  const through = (...more: string[]) =>
    readConfig({ preset: 'iris', set: ['network.wires={wire_ohm: 1k}', ...more] });
  expect((await through()).arithmetic).toBe('float64');
  expect((await through('arithmetic=float64')).arithmetic).toBe('float64');
  await expect(through('arithmetic=float32')).rejects.toThrow(
    /arithmetic has no effect: .* always in float64/,
  );
});
