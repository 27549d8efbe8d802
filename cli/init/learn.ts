import { RandomStream } from '../../core/index.js';
import { type Starter, schemaLine } from './starter.js';

/** Three classes of points in four features, which overlap a little. */
function table(): string {
  const stream = new RandomStream(2, 'init learn');
  const centres: Record<string, readonly number[]> = {
    red: [1, 4, 2, 0.5],
    green: [3, 3, 4, 1.5],
    blue: [5, 3.5, 5.5, 2],
  };
  const rows = Object.entries(centres).flatMap(([name, centre]) =>
    Array.from({ length: 40 }, () =>
      [...centre.map((c) => (c + 0.6 * stream.normal()).toFixed(2)), name].join(','),
    ),
  );
  return `length_mm,width_mm,height_mm,weight_g,class\n${rows.join('\n')}\n`;
}

export const learnStarter: Starter = {
  description: 'train a resistive network on a table of yours by equilibrium propagation',
  configures: {
    command: 'train',
    file: 'experiment.yaml',
    load: async () => (await import('../train.js')).trainCommand,
  },
  files: {
    'experiment.yaml': `${schemaLine('experiment.yaml')}
# A training; each key is also a flag: ohmprop train --help. Keys that are left out are the preset's.

# Numbers that suit small tables: see ohmprop train --preset table --dry-run.
preset: table
# Rows of numbers with a class in the last column, or in a column called class or label.
data: csv:table.csv
# Another seed is another start and another split of the rows; one seed says little: --seeds 5.
seed: 1
# So many of the training rows choose the epoch that is kept.
validation: 15
training:
  epochs: 30
# What your machine will not do ideally: uncomment, and look what it costs.
# readout: {noise_V: 5uV}
# cells: {model: ag-asi-jo}
`,
    'table.csv': table(),
  },
  next: ['ohmprop train experiment.yaml', 'ohmprop report last', 'ohmprop predict last --data csv:table.csv'],
  yours: 'table.csv: your rows, with a header, numbers, and the class in a column called class',
};
