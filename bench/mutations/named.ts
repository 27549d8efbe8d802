/** A promise of the project turned off, and the test files that own it. */
export interface NamedMutation {
  readonly name: string;
  readonly file: string;
  /** Each is found in the file exactly once, but for expressions with the flag `g`. */
  readonly edits: readonly (readonly [find: string | RegExp, replacement: string])[];
  readonly tests: readonly string[];
}

/** Mutations that once survived the suites which owned the feature. */
export const namedMutations: readonly NamedMutation[] = [
  {
    name: 'a pulse no longer restarts drift',
    file: 'devices/cells/read-effects.ts',
    edits: [['      this.written_s[c] = this.now_s;\n', '']],
    tests: ['test/unit/policies-updates.test.ts'],
  },
  {
    name: 'a repeated update id is carried out again in step, layered float32',
    file: 'solver/layered-float32/layered-float32-device.ts',
    edits: [['const applied = !this.isRepeated(update.id);', 'const applied = true;']],
    tests: ['test/contract/layered-float32-device.test.ts'],
  },
  {
    name: 'a repeated update id is carried out again in step, Hopfield float32',
    file: 'solver/hopfield-float32/hopfield-float32-device.ts',
    edits: [['const repeated = this.isRepeated(plan.update.id);', 'const repeated = false;']],
    tests: ['test/contract/hopfield-device.test.ts'],
  },
  {
    name: 'rateDecay is ignored',
    file: 'learning/trainer.ts',
    edits: [['rateDecay ** (this.epoch - 1)', '1']],
    tests: ['test/unit/trainer.test.ts'],
  },
  {
    name: 'evaluationStop is ignored',
    file: 'learning/trainer.ts',
    edits: [['const rule = evaluationStop ?? stop;', 'const rule = stop;']],
    tests: ['test/unit/trainer.test.ts'],
  },
  {
    name: 'random-sign is never negative',
    file: 'learning/estimator.ts',
    edits: [['stream.at(minibatch).uniform() < 0.5 ? [-beta, 0] : [0, beta]', '[0, beta]']],
    tests: ['test/unit/estimator.test.ts'],
  },
  {
    name: 'the last update is left out of the snapshot of cells',
    file: 'devices/cells/simulated-cells.ts',
    edits: [['        lastUpdate: this.lastUpdate,\n', '        lastUpdate: 0,\n']],
    tests: ['test/contract/simulated-cells.test.ts'],
  },
  {
    name: 'the last update is left out of the snapshot of devices, those in cells included',
    file: 'devices/contract/device-frame.ts',
    edits: [['{ lastUpdate: this.lastId, ...values }', '{ lastUpdate: 0, ...values }']],
    tests: ['test/contract/layered-device-in-cells.test.ts'],
  },
  {
    name: 'operating points never start warm',
    file: 'solver/mna/operating-point-solver.ts',
    edits: [["this.warm = end === 'settled';", 'this.warm = false;']],
    tests: ['test/unit/mna-operating-point.test.ts'],
  },
  {
    name: 'iterate() of Hopfield networks does nothing',
    file: 'solver/hopfield/relax.ts',
    edits: [['const all = [...states.keys()];', 'const all: number[] = [];']],
    tests: ['test/unit/hopfield-device.test.ts'],
  },
  {
    name: 'readConfig ignores its file',
    file: 'experiments/schema/read-config.ts',
    edits: [['sources.file === undefined ? {} : await readTree(sources.file)', '{} as Tree']],
    tests: ['test/unit/config-settings.test.ts', 'test/integration/train.test.ts'],
  },
  {
    name: 'every window of a state is 1',
    file: 'devices/elements/windows.ts',
    edits: [
      [/evaluate: \(x[^)]*\) => [^\n]+/g, 'evaluate: () => 1,'],
      [/expression: \(x[^)]*\) =>[\s\S]*?,\n(?=\s*\};)/g, 'expression: () => number(1),\n'],
    ],
    tests: ['test/unit/elements-contract.test.ts'],
  },
];

/** The text so changed. @throws where an edit does not find its place, or more than one */
export function applyNamed({ file, edits }: NamedMutation, text: string): string {
  return edits.reduce((changed, [find, replacement]) => {
    const parts = changed.split(find);
    if (parts.length < 2 || (typeof find === 'string' && parts.length > 2)) {
      throw new Error(`${file}: found ${parts.length - 1} times: ${find}`);
    }
    return changed.replace(find, replacement);
  }, text);
}
