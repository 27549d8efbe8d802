import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boardMapFigure, potSweepFigure, terminalNames } from '../../cli/board/figures.js';
import { hysteresisFigure, pulseFigure } from '../../cli/cell/figures.js';
import { circuitFigure } from '../../cli/circuit/figure.js';
import { crossbarSweepFigure } from '../../cli/crossbar/figures.js';
import { referenceBoard } from '../../devices/boards/index.js';
import { fitLabel } from '../../devices/cells/pulse/index.js';
import {
  conductanceHistogram,
  confusionMatrix,
  drawFigure,
  type Figure,
  figureCsv,
  heatMap,
  htmlReport,
  learningCurves,
  redrawnBy,
  relaxation,
  sampleStates,
  whiskerCurves,
} from '../../report/index.js';
import { calibrationFigures } from './calibration-figures.js';
import { textBoxes, textFaults, textsIn } from './figure-texts.js';

const nan = Number.NaN;
const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const awkwardNames = [
  'setosa',
  'Iris versicolor (blue flag)',
  'Iris virginica of the longer kind',
  'a<b & "c"',
  'esc\u001b[31m',
  'line\nbreak',
  'under_score_name_1',
  'under_score_name_2',
  '0',
  'half \ud800 pair',
  'Zürich',
  'クラス十二',
];
const curvesOf = (epochs: number) =>
  learningCurves({
    points: count(epochs + 1).map((epoch) => ({
      epoch,
      testError_percent: 90 / (epoch + 1),
      cost: 1 / (epoch + 1),
    })),
    costUnit: 'V²',
    title: `<${epochs}> & more`,
  });
const sampleOf = (names: readonly string[], layers: readonly number[]) => ({
  inputs: count(30).map((i) => i / 30),
  hidden: layers.map((size) => count(size).map((i) => Math.sin(i))),
  outputs: names.map((_, i) => (i === 2 ? nan : Math.cos(i))),
  targets: names.map((_, i) => (i === 1 ? 0.5 : -0.1)),
  target: names[Math.min(1, names.length - 1)],
  answer: names[0],
});
const phaseOf = (name: string, energy: readonly number[]) => ({
  name,
  states: energy.map((_, s) => [0.1 * s, 0.2, -s]),
  energy,
});
const mapOf = (rows: number, columns: number, value: (i: number) => number, more: object = {}) =>
  heatMap({
    values: count(rows * columns).map(value),
    rows,
    columns,
    quantity: 'conductance',
    unit: 'S',
    ...more,
  });
const rising = Float64Array.from(count(31), (n) => 1e-6 + 9e-6 * (1 - Math.exp(-n / 8)));

const figures: Record<string, Figure> = {
  'means with whiskers over a quantity': whiskerCurves({
    title: 'testError over readout.noise_V',
    subtitle: 'means with 95 % intervals over seeds, study noise',
    x: { quantity: 'noise', unit: 'V' },
    y: { quantity: 'testError', unit: '1' },
    curves: ['nudge conductance', 'nudge <current> & held'].map((name, k) => ({
      name,
      points: count(7).map((i) => ({
        x: 1e-5 * 4 ** i,
        mean: 0.1 * (i + k),
        low: 0.08 * (i + k),
        high: nan,
      })),
    })),
  }),
  'means with whiskers over names': whiskerCurves({
    x: { quantity: 'policy', names: awkwardNames },
    y: { quantity: 'energy', unit: 'J' },
    curves: [
      {
        name: 'energy',
        points: awkwardNames.map((_, x) => ({ x, mean: 1e-12 * x, low: 0, high: 2e-12 * x })),
      },
    ],
  }),
  ...calibrationFigures,
  'learning, no epoch': learningCurves({ points: [] }),
  'learning, one epoch': curvesOf(1),
  'learning, 1000 epochs': curvesOf(1000),
  'learning, no numbers': learningCurves({ points: [{ epoch: 0, testError_percent: nan, cost: -1 }] }),
  'one class': confusionMatrix({ counts: [7], classes: ['only'] }),
  'no answer at all': confusionMatrix({ counts: [0, 0, 0, 0], classes: ['a', 'b'] }),
  'twelve classes': confusionMatrix({ counts: count(144).map((i) => i * 97), classes: awkwardNames }),
  'sixty classes': confusionMatrix({ counts: count(3600), classes: count(60).map((i) => `class ${i}`) }),
  histogram: conductanceHistogram({
    layers: [
      { name: 'g1', values: count(500).map((i) => 1e-6 + i * 1e-8), min: 1e-6, max: 1e-4 },
      { name: 'all the same', values: [5e-5, 5e-5] },
      { name: 'no numbers <&>', values: [nan] },
    ],
  }),
  'states, three outputs': sampleStates({
    samples: [sampleOf(awkwardNames.slice(0, 3), [4]), sampleOf(awkwardNames.slice(0, 3), [4])],
    outputNames: awkwardNames.slice(0, 3),
    nodeUnit: 'V',
    inputShape: [5, 6],
  }),
  'states, twelve outputs, four layers': sampleStates({
    samples: [sampleOf(awkwardNames, [3, 20, 100, 7])],
    outputNames: awkwardNames,
    nodeUnit: '1',
  }),
  'states, one of each': sampleStates({
    samples: [sampleOf(['only'], [1])],
    outputNames: ['only'],
    nodeUnit: 'V',
  }),
  relaxation: relaxation({
    phases: [
      phaseOf('free', [3e-6, -1e-6, -2e-6]),
      phaseOf('nudged +β', [-2, -5]),
      phaseOf('nudged −β', [-2]),
    ],
    layerOf: ['hidden 1', 'output', 'output'],
    picked: [{ node: 1, label: `output of the target ${awkwardNames[3]}` }],
    nodeUnit: 'V',
    energyUnit: 'W',
    title:
      'test sample 3: a target whose name is long, answered by another whose name is no shorter than that',
  }),
  'a map of one cell': mapOf(1, 1, () => 1e-5),
  'a map of one value': mapOf(4, 4, () => 2e-6, { scale: 'log' }),
  'a map of no values': mapOf(2, 3, () => nan),
  'a tall map': mapOf(64, 1, (i) => i - 30),
  'a wide map': mapOf(1, 200, (i) => i),
  'a board': boardMapFigure(
    referenceBoard,
    { inputs: 4, outputs: 3 },
    count(84).map((i) => 4 + 3 * i),
    {
      title: 'reference board V0000001',
    },
  ),
  pot: potSweepFigure(
    { taps: [4, 255], measured_S: [1e-4, nan], nominal_S: [6e-4, 1e-5] },
    { title: 'potentiometer 3' },
  ),
  loops: hysteresisFigure(
    [1, 10].map((f) => ({
      name: `${f} Hz`,
      voltage_V: [0, 1, 0, -1, 0],
      current_A: [0, 1e-4 / f, 0, -1e-4, 0],
    })),
    { title: 'tio2' },
  ),
  pulses: pulseFigure(
    {
      up_S: rising,
      down_S: rising.slice().reverse(),
      potentiation: [fitLabel(rising, 'fixed'), fitLabel(rising, 'free')],
    },
    { title: 'cells' },
  ),
  'crossbar sweep': crossbarSweepFigure(
    [0, 1, 5, 1000].map((value) => ({ value, relativeError: value / 2000, worstDrop_V: 0.01, power_W: 0 })),
    { quantity: 'wire resistance a segment', unit: 'Ω' },
  ),
  'operating point': circuitFigure({
    title: 'divider <1>',
    plotName: 'op',
    variables: awkwardNames.map((name, i) => ({
      name: `v(${name})`,
      type: 'voltage',
      values: [i === 3 ? nan : i - 5],
    })),
  }),
  'swept circuit': circuitFigure({
    title: 'thirty nodes with names that are long',
    plotName: 'dc',
    variables: [
      { name: 'v1-sweep', type: 'voltage', values: [0, 1, 2, 0, 1, 2] },
      ...count(30).map((i) => ({
        name: `v(x1.subcircuit.node${i})`,
        type: 'voltage' as const,
        values: count(6).map((k) => i * k),
      })),
    ],
  }),
};

describe.each(Object.entries(figures))('%s', (_name, figure) => {
  it.each([85, 160, 50])('printed %d mm wide has text of 8 points, none of it over another', (width) => {
    const svg = figure.svg(width);
    expect(svg).toMatch(new RegExp(`<svg [^>]*width="${width}mm"`));
    const [, unitsWide] = /viewBox="0 0 ([\d.]+) /.exec(svg) as unknown as [string, string];
    // One unit of the view box is one point: what is 8 units high is 8 points high on paper.
    expect(Number(unitsWide)).toBeCloseTo((width / 25.4) * 72, 1);
    expect(svg.match(/font-size="[^"]*"/g)).toEqual(['font-size="8"']);
    expect(textFaults(svg)).toEqual([]);
  });

  it('is well-formed, and holds no number that is none', () => {
    const svg = figure.svg();
    expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML refuses
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|[\ud800-\udbff](?![\udc00-\udfff])/);
    expect(svg.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    const open = [...svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)].reduce<string[]>(
      (stack, [, end, tag, self]) => {
        if (end === '/') expect(stack.pop()).toBe(tag);
        else if (self !== '/') stack.push(tag);
        return stack;
      },
      [],
    );
    expect(open).toEqual([]);
  });

  it('has its numbers as a table', () => {
    const { columns, rows } = figure.table;
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(figureCsv(figure).split('\n')[0]).toBe(columns.join(','));
  });
});

describe('a figure', () => {
  it('names the command that draws it again, in its description and in the caption of a report', async () => {
    const command = 'ohmprop trace "runs/a & b" --sample 3 -o x.svg --figure 85mm';
    const figure = redrawnBy(figures.relaxation, command);
    expect(figures.relaxation.redraw).toBeUndefined();
    expect(figure.table).toBe(figures.relaxation.table);
    expect(figure.svg(85)).toContain(
      '<desc>Redraw: ohmprop trace "runs/a &amp; b" --sample 3 -o x.svg --figure 85mm</desc>',
    );
    expect(await drawFigure(figures.relaxation, '.svg', { redraw: command, width_mm: 85 })).toBe(
      figure.svg(85),
    );
    const page = htmlReport({ title: 't', summary: [], warnings: [], sections: [{ title: 's', figure }] });
    expect(page).toContain('<figcaption> Redraw: <code>ohmprop trace &#34;runs/a &#38; b&#34;');
  });

  it('refuses a width that nothing can be laid out for', () => {
    for (const width of [5, nan, 1e9]) expect(() => figures.relaxation.svg(width)).toThrow(/40 to 1000 mm/);
  });

  it('writes control characters out, and breaks or cuts what is too long', () => {
    const texts = textsIn(figures['twelve classes'].svg(85));
    expect(texts).toContain('esc\\x1b[31m');
    expect(texts).toContain('half \\ud800 pair');
    expect(texts).toContain('line break');
    const title = textBoxes(figures.relaxation.svg(85)).filter(({ text }) => /long|shorter/.test(text));
    expect(title).toHaveLength(2);
  });

  it('says in its table what it draws, in SI units', () => {
    expect(figures.loops.table.columns).toEqual(['curve', 'voltage_of_the_device_V', 'current_A']);
    expect(figures.loops.table.rows[6]).toEqual(['10 Hz', 1, 1e-5]);
    expect(figures['a map of one cell'].table).toEqual({
      columns: ['row', 'column', 'conductance_S'],
      rows: [[0, 0, 1e-5]],
    });
    expect(figures['operating point'].table.rows[0]).toEqual(['setosa', -5]);
    expect(figures['crossbar sweep'].table).toMatchObject({
      columns: ['wire_resistance_a_segment_ohm', 'output_error_percent', 'worst_drop_V', 'power_W'],
      rows: [
        [0, 0, 0.01, 0],
        [1, 0.05, 0.01, 0],
        [5, 0.25, 0.01, 0],
        [1000, 50, 0.01, 0],
      ],
    });
  });

  it('draws as many points as its table has, where they are few', () => {
    const svg = figures.pot.svg();
    expect(svg.match(/<circle/g)).toHaveLength(1);
    const [line] = svg.match(/aria-label="data sheet" d="[^"]*"/) as string[];
    expect(line.match(/[ML]/g)).toHaveLength(2);
  });
});

describe('a map of a board', () => {
  it('names its rows and columns after the terminals', () => {
    const names = terminalNames(referenceBoard);
    expect(names).toEqual([
      ...['x0+', 'x0−', 'x1+', 'x1−', 'x2+', 'x2−', 'x3+', 'x3−', 'b+', 'b−'],
      ...['h0', 'h1', 'h2', 'h3', 'h4', 'h5', 'y0', 'y1', 'y2'],
    ]);
    const texts = textsIn(figures['a board'].svg(85));
    for (const name of names) expect(texts).toContain(name);
    // A hidden node feeds outputs and is fed by sources: it is a row and a column.
    expect(texts.filter((text) => text === 'h3')).toHaveLength(2);
    // Pot 0 joins the first source to the first hidden node at tap 4.
    expect(figures['a board'].table.rows[0]).toEqual(['x0+', 'h0', 1 / (75 + (4 * 100e3) / 256)]);
  });
});

describe('a plot of pulse trains', () => {
  it('lays the fitted curves over the train, and says their labels', () => {
    const { table } = figures.pulses;
    const fits = [...new Set(table.rows.map(([curve]) => String(curve)))].filter((curve) =>
      curve.includes('NL'),
    );
    expect(fits).toEqual([
      expect.stringMatching(/^potentiation: NL \d\.\d\d, ends fixed$/),
      expect.stringMatching(/^potentiation: NL \d\.\d\d, ends free$/),
    ]);
    const free = table.rows.filter(([curve]) => curve === fits[1]);
    // The train is such a curve: its fit is the train.
    for (const [i, [, pulse, value]] of free.entries()) {
      expect(pulse).toBe(i);
      expect(value as number).toBeCloseTo(rising[i], 9);
    }
    expect(textsIn(figures.pulses.svg(85))).toContain(fits[0]);
  });
});

it('only report/ makes figures: what commands draw comes from its functions', () => {
  const sources = readdirSync(new URL('../../cli', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(`../../cli/${file}`, import.meta.url), 'utf8'));
  for (const source of sources) expect(source).not.toMatch(/<svg|encoding: \{/);
});
