import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import type { RunConfig } from '../schema/index.js';

/** A BibTeX entry by its key. */
interface Entry {
  readonly type: 'article' | 'inproceedings' | 'misc';
  readonly fields: Readonly<Record<string, string>>;
}

const entries: Readonly<Record<string, Entry>> = {
  scellier2017: {
    type: 'article',
    fields: {
      author: 'Scellier, Benjamin and Bengio, Yoshua',
      title: 'Equilibrium Propagation: Bridging the Gap between Energy-Based Models and Backpropagation',
      journal: 'Frontiers in Computational Neuroscience',
      volume: '11',
      pages: '24',
      year: '2017',
    },
  },
  scellier2024: {
    type: 'inproceedings',
    fields: {
      author: 'Scellier, Benjamin',
      title: 'A Fast Algorithm to Simulate Nonlinear Resistive Networks',
      booktitle: 'International Conference on Machine Learning',
      year: '2024',
      eprint: '2402.11674',
      archiveprefix: 'arXiv',
    },
  },
  stern2021: {
    type: 'article',
    fields: {
      author: 'Stern, Menachem and Hexner, Daniel and Rocks, Jason W. and Liu, Andrea J.',
      title: 'Supervised Learning in Physical Networks: From Machine Learning to Learning Machines',
      journal: 'Physical Review X',
      volume: '11',
      pages: '021045',
      year: '2021',
    },
  },
  fisher1936: {
    type: 'article',
    fields: {
      author: 'Fisher, Ronald A.',
      title: 'The Use of Multiple Measurements in Taxonomic Problems',
      journal: 'Annals of Eugenics',
      volume: '7',
      pages: '179--188',
      year: '1936',
    },
  },
  lecun1998: {
    type: 'article',
    fields: {
      author: "LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick",
      title: 'Gradient-Based Learning Applied to Document Recognition',
      journal: 'Proceedings of the IEEE',
      volume: '86',
      pages: '2278--2324',
      year: '1998',
    },
  },
};

/** BibTeX of what a run rests on: the program, the rule, the preset, the data set, the model of its cells. */
export function citationsOf(config: RunConfig, ohmpropVersion: string): string {
  const { preset = '', data, training, cells } = config;
  const keys = [
    ...(training.rule === 'backprop' ? [] : ['scellier2017']),
    ...(training.rule === 'coupled' ? ['stern2021'] : []),
    ...(config.network.kind === 'resistive' || preset.startsWith('drn-') ? ['scellier2024'] : []),
    ...(data === 'iris' ? ['fisher1936'] : []),
    ...(data === 'mnist' ? ['lecun1998'] : []),
  ];
  const source = cells === undefined ? undefined : sourceOfCells(cells.model);
  return [
    text('ohmprop', {
      type: 'misc',
      fields: {
        author: '{The ohmprop developers}',
        title: 'ohmprop: a hardware-in-the-loop simulator for analog learning networks',
        note: `version ${ohmpropVersion}`,
      },
    }),
    ...keys.map((key) => text(key, entries[key])),
    ...(source === undefined
      ? []
      : [text('cells', { type: 'misc', fields: { title: `Cell model ${cells?.model}`, note: source } })]),
  ].join('\n');
}

function sourceOfCells(name: string): string | undefined {
  return [...pulsePresets, ...physicalPresets].find((preset) => preset.name === name)?.source;
}

function text(key: string, { type, fields }: Entry): string {
  const lines = Object.entries(fields).map(([field, value]) => `  ${field} = {${value}}`);
  return `@${type}{${key},\n${lines.join(',\n')}\n}\n`;
}
