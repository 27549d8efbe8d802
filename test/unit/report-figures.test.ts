import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { displayUnit, formatQuantity, RandomStream } from '../../core/index.js';
import { sampleColours, sequentialColours } from '../../report/colour-map.js';
import { textWidth_px } from '../../report/drawing/text-width.js';
import { logTicks } from '../../report/drawing/ticks.js';
import { colourScaleOf } from '../../report/heat-map.js';
import {
  conductanceHistogram,
  confusionMatrix,
  type Figure,
  heatMap,
  learningCurves,
  relaxation,
  renderPng,
  sampleStates,
} from '../../report/index.js';
import { matrixImage } from '../../report/matrix-image.js';
import { textsIn } from './figure-texts.js';

/** Every piece of text in a figure. */
function textsOf(figure: Figure): string[] {
  return textsIn(figure.svg());
}

/** Heights and widths of an 8-bit PNG, and its pixels as written by our own encoder (palette, no filter). */
function decodePng(png: Buffer): {
  width: number;
  height: number;
  palette: Buffer;
  pixel: (x: number, y: number) => string;
} {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const header = chunks.get('IHDR')!;
  const width = header.readUInt32BE(0);
  const palette = chunks.get('PLTE') ?? Buffer.alloc(0);
  const rows = inflateSync(chunks.get('IDAT')!);
  const pixel = (x: number, y: number) => {
    const index = rows[y * (width + 1) + 1 + x];
    return `#${palette.subarray(3 * index, 3 * index + 3).toString('hex')}`;
  };
  return { width, height: header.readUInt32BE(4), palette, pixel };
}

describe('learning curves', () => {
  const points = [
    { epoch: 0, testError_percent: 90 },
    { epoch: 1, trainError_percent: 12, testError_percent: 10, cost: 0.5 },
    { epoch: 2, trainError_percent: 6, testError_percent: 7, cost: 0.05 },
    { epoch: 3, trainError_percent: null, testError_percent: 6, cost: null },
  ];

  it('show both errors from epoch 0 on, the cost with its unit, and what to compare with', () => {
    const figure = learningCurves({
      points,
      costUnit: 'V²',
      baselines: [{ name: 'software', error_percent: 2.1 }],
      title: 'XOR <1>',
      bestEpoch: 2,
    });
    const svg = figure.svg();
    for (const text of [
      'XOR <1>',
      'training',
      'test',
      'error (%)',
      'epoch',
      'cost (V²)',
      'software 2.1 %',
      'kept: epoch 2',
    ]) {
      expect(textsIn(svg)).toContain(text);
    }
    // Dots: 2 training, 4 test, 2 costs; missing values are none.
    expect(svg.match(/<circle/g)).toHaveLength(8);
    expect(svg).toContain('#0072b2');
    expect(svg).toContain('#d55e00');
    expect(figure.table.columns).toEqual(['epoch', 'trainError_percent', 'testError_percent', 'cost_V2']);
    expect(figure.table.rows[0]).toEqual([0, Number.NaN, 90, Number.NaN]);
  });

  it('leave out what was not measured', () => {
    const texts = textsOf(learningCurves({ points: [{ epoch: 0, testError_percent: 50 }] }));
    expect(texts).toContain('test');
    expect(texts).not.toContain('training');
    expect(texts).not.toContain('cost');
    expect(textsOf(learningCurves({ points: [] }))).toContain('error (%)');
  });
});

describe('a conductance histogram', () => {
  it('shows every layer, in a readable unit, with its window', () => {
    const random = new RandomStream(1, 'figure');
    const values = Float64Array.from({ length: 20_000 }, () => random.between(2e-6, 90e-6));
    const figure = conductanceHistogram({
      layers: [
        { name: 'layer 1', values, min: 1e-6, max: 1e-4 },
        { name: 'layer 2', values: Float32Array.of(5e-5, 5e-5), max: Number.POSITIVE_INFINITY },
      ],
    });
    const svg = figure.svg();
    for (const text of ['layer 1', '20000 values', 'layer 2', '2 values', 'conductance (µS)', 'count']) {
      expect(textsIn(svg)).toContain(text);
    }
    expect(svg.match(/class="bar"/g)).toHaveLength(61);
    expect(svg.match(/class="rule"/g)).toHaveLength(2);
    // Binned before it is drawn: the figure does not grow with the network.
    expect(svg.length).toBeLessThan(60_000);
    const counted = figure.table.rows.filter(([layer]) => layer === 'layer 1').map((row) => Number(row[3]));
    expect(counted.reduce((sum, count) => sum + count)).toBe(20_000);
  });

  it('stands values that are no numbers, or none at all', () => {
    const layers = [
      { name: 'odd', values: [Number.NaN, 1, Number.POSITIVE_INFINITY] },
      { name: 'empty', values: [] },
    ];
    const texts = textsOf(conductanceHistogram({ layers, quantity: 'weight', unit: '1' }));
    expect(texts).toContain('weight');
    expect(texts).toContain('3 values, 1 of them finite');
  });
});

describe('a confusion matrix', () => {
  it('has the counts, the classes and the share that is right', () => {
    const texts = textsOf(
      confusionMatrix({ classes: ['setosa', 'versicolor', 'a<b'], counts: [15, 0, 0, 0, 14, 1, 0, 2, 13] }),
    );
    for (const text of [
      '42 of 45 right (93.33 %)',
      '15',
      '14',
      '13',
      '1',
      '2',
      'answer',
      'target',
      'versicolor',
      'a<b',
    ]) {
      expect(texts).toContain(text);
    }
    expect(texts.filter((text) => text === '0')).toHaveLength(0);
  });

  it('says per cent where counts do not fit, and cuts long names so that they differ', () => {
    const classes = Array.from({ length: 12 }, (_, i) => `a name too long for a printed column ${i}`);
    const counts = Float64Array.from({ length: 144 }, (_, i) => (i % 13 === 0 ? 30_000 : 10_000));
    const figure = confusionMatrix({ classes, counts });
    const texts = textsIn(figure.svg(85));
    expect(texts).toContain('360000 of 1680000 right (21.43 %); numbers: % of the target');
    expect(texts.filter((text) => text === '21')).toHaveLength(12);
    const shown = texts.filter((text) => text.startsWith('…'));
    expect(new Set(shown).size).toBe(12);
    expect(figure.table.rows[0]).toEqual([classes[0], classes[0], 30_000, 30_000 / 140_000]);
  });

  it('refuses counts of another size', () => {
    expect(() => confusionMatrix({ classes: ['a', 'b'], counts: [1, 2, 3] })).toThrow(
      /4 counts are needed, got 3/,
    );
  });
});

describe('a heat map', () => {
  it('stays small at 512 × 512 cells', async () => {
    const random = new RandomStream(2, 'figure');
    const values = Float64Array.from({ length: 512 * 512 }, () => random.uniform());
    const svg = heatMap({ values, rows: 512, columns: 512, quantity: 'voltage', unit: 'V' }).svg();
    expect(svg.length).toBeLessThan(600_000);
    expect(svg.match(/<image /g)).toHaveLength(1);
    expect(svg.match(/data:image\/png;base64,/g)).toHaveLength(1);
    expect((await renderPng(svg, 100)).length).toBeGreaterThan(50_000);
  });

  it('names its axes, its quantity and its ends', async () => {
    const values = Array.from({ length: 12 }, (_, i) => i * 1e-6);
    const map = {
      values,
      rows: 3,
      columns: 4,
      quantity: 'conductance',
      unit: 'S',
      title: 'Cells',
      rowName: 'word line',
    };
    const texts = textsOf(heatMap(map));
    for (const text of ['Cells', 'word line', 'column', 'conductance (µS)', '11', '5.5', '0', '2']) {
      expect(texts).toContain(text);
    }
    expect(() => heatMap({ ...map, rows: 5 })).toThrow(/5 × 4 cells: got 12 values/);
  });

  it.each([
    ['one value everywhere', [2, 2, 2, 2], 'linear'],
    ['no number at all', [Number.NaN, Number.NaN, Number.NaN, Number.NaN], 'linear'],
    ['nothing positive on a log scale', [0, -1, 0, -1], 'log'],
    ['infinities', [Number.POSITIVE_INFINITY, 1, 2, Number.NEGATIVE_INFINITY], 'log'],
  ] as const)('stands %s', (_what, values, scale) => {
    const svg = heatMap({ values, rows: 2, columns: 2, quantity: 'x', unit: '1', scale }).svg();
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each([
    [[0, 2], [0, 2], false],
    [[0, 0], [0, 1], false],
    [[3, 3], [0, 3], false],
    [[-3, -3], [-3, 0], false],
    [[-1, 2], [-2, 2], true],
    // a sign that rounding made
    [[-1e-17, 2], [-1e-17, 2], false],
  ] as const)('of %j spans %j', (values, domain, diverging) => {
    const scale = colourScaleOf({ values });
    expect(scale.domain).toEqual(domain);
    expect(scale.map.diverging ?? false).toBe(diverging);
  });

  it('paints each cell in the colour of its value, grey where there is none', () => {
    const map = sequentialColours;
    const address = matrixImage([0, 1, 0.5, Number.NaN], 2, 2, { map, domain: [0, 1], type: 'linear' });
    const { width, height, pixel } = decodePng(Buffer.from(address.split(',')[1], 'base64'));
    expect([width, height]).toEqual([512, 512]);
    expect(pixel(0, 0)).toBe(map.stops[0]);
    expect(pixel(511, 0)).toBe(map.stops.at(-1));
    expect(pixel(255, 511)).toBe(`#${Buffer.from(sampleColours(map, 3)).toString('hex', 3, 6)}`);
    expect(pixel(256, 511)).toBe('#d1d5db');
  });

  it('spreads decades evenly on a log scale', () => {
    const image = (values: number[], type: 'log' | 'linear', domain: [number, number]) =>
      matrixImage(values, 1, values.length, { map: sequentialColours, domain, type });
    expect(image([1e-6, 1e-5, 1e-4], 'log', [1e-6, 1e-4])).toBe(image([0, 0.5, 1], 'linear', [0, 1]));
  });
});

describe('sample states', () => {
  const sample = (target: string, answer: string) => ({
    inputs: Float64Array.from({ length: 16 }, (_, i) => i / 16),
    hidden: [Float64Array.of(0.1, -0.2), Float64Array.from({ length: 20 }, (_, i) => i / 20)],
    outputs: [0.3, 0.1],
    targets: [0.5, 0],
    target,
    answer,
  });

  it('put input, hidden layers and outputs side by side, target and answer named', async () => {
    const samples = [sample('cat', 'cat'), sample('dog', 'cat')];
    const figure = sampleStates({
      samples,
      inputShape: [4, 4],
      outputNames: ['cat', 'dog'],
      nodeUnit: 'V',
      title: 'Samples',
    });
    const svg = figure.svg();
    const texts = textsIn(svg);
    for (const text of [
      'Samples',
      'target cat',
      'target dog',
      'answer cat',
      'hidden layer 1',
      'hidden layer 2',
      'state (mV)',
    ]) {
      expect(texts).toContain(text);
    }
    expect(svg.match(/<image /g)).toHaveLength(6);
    expect(svg).toContain('#009e73');
    expect(svg).toContain('#d55e00');
  });

  it('name the scale of an input that is no picture, and refuse shapes that do not match', async () => {
    const texts = textsOf(
      sampleStates({ samples: [sample('a', 'a')], outputNames: ['a', 'b'], nodeUnit: '1' }),
    );
    expect(texts).toContain('input');
    expect(() => sampleStates({ samples: [sample('a', 'a')], outputNames: ['a'], nodeUnit: '1' })).toThrow(
      /got 2 outputs, 2 targets and 2 hidden layers; needed 1, 1 and 2/,
    );
  });
});

describe('a relaxation', () => {
  const layerOf = [...Array<string>(500).fill('hidden'), ...Array<string>(3).fill('output')];
  const phase = (name: string) => ({
    name,
    states: Array.from({ length: 2000 }, (_, step) =>
      Float64Array.from(layerOf, (_, node) => Math.exp(-step / 300) * node),
    ),
    energy: Float64Array.from({ length: 2000 }, (_, step) => -5e-6 + 2e-6 * Math.exp(-step / 100)),
  });

  it('shows states and how far the energy is above its end, nodes thinned out, the target picked out', () => {
    const picked = [{ node: 501, label: 'output of the target b' }];
    const figure = relaxation({
      phases: [phase('free'), phase('nudged +β')],
      layerOf,
      picked,
      nodeUnit: 'V',
      energyUnit: 'W',
    });
    const svg = figure.svg();
    for (const text of [
      'free',
      'nudged +β',
      'hidden',
      'output',
      'output of the target b',
      '15 of 503 nodes shown',
      'E − E_end (µW)',
      '10⁻⁵',
      'node voltage (V)',
      'step',
    ]) {
      expect(textsIn(svg)).toContain(text);
    }
    expect(svg.match(/class="line"/g)).toHaveLength(2 * 15 + 2);
    expect(
      svg.match(/aria-label="output of the target b"[^>]*stroke="#d55e00" stroke-width="2"/g),
    ).toHaveLength(2);
    expect(svg.length).toBeLessThan(600_000);
    const { columns, rows } = figure.table;
    expect(columns.slice(0, 5)).toEqual(['phase', 'step', 'energy_W', 'energy_above_end_W', 'hidden_0_V']);
    expect(rows).toHaveLength(4000);
    expect(rows[0][3]).toBeCloseTo(2e-6, 12);
  });

  it('of a device that does not tell its energy has no empty panels', () => {
    const silent = { name: 'free', states: [[0], [1]], energy: [Number.NaN, Number.NaN] };
    const svg = relaxation({ phases: [silent], layerOf: ['output'], nodeUnit: 'V', energyUnit: 'W' }).svg();
    expect(textsIn(svg).join(' ')).not.toMatch(/E_end/);
    expect(svg.match(/class="line"/g)).toHaveLength(1);
  });
});

describe('drawing', () => {
  beforeAll(() => {
    vi.stubEnv('OHMPROP_PNG_DPI', undefined);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  it('puts text into a PNG without any font of the system', async () => {
    const drawn = async (text: string) => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="5" y="25" font-size="16" font-family="'Source Sans 3', Arial, sans-serif">${text}</text></svg>`;
      return (await renderPng(svg)).length;
    };
    const blank = await drawn('');
    expect(await drawn('conductance')).toBeGreaterThan(blank + 1000);
    // Each sign has its own shape; a font without it draws one and the same box.
    const signs = [...'Ωµβσ±−²∂≤'];
    const sizes = new Set(await Promise.all(signs.map(drawn)));
    expect(sizes.size).toBeGreaterThan(signs.length / 2);
  });

  it('is as large as asked, and says its resolution', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="85mm" height="17mm" viewBox="0 0 85 17"></svg>';
    const png = Buffer.from(await renderPng(svg));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1004, 201]);
    const density = png.indexOf('pHYs') + 4;
    // 300 dots an inch are 11811 a metre.
    expect([png.readUInt32BE(density), png.readUInt32BE(density + 4), png[density + 8]]).toEqual([
      11811, 11811, 1,
    ]);
    expect(png.readUInt32BE(density + 9)).toBe(crc32(png.subarray(density - 4, density + 9)));
  });

  it('takes the resolution that the environment says, and no nonsense', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="254mm" height="127mm"></svg>';
    vi.stubEnv('OHMPROP_PNG_DPI', '60');
    const png = Buffer.from(await renderPng(svg));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([600, 300]);
    for (const bad of ['fine', '0', '-300', '1e6']) {
      vi.stubEnv('OHMPROP_PNG_DPI', bad);
      await expect(renderPng(svg)).rejects.toThrow(/OHMPROP_PNG_DPI must be from 10 to 2400/);
    }
    vi.stubEnv('OHMPROP_PNG_DPI', undefined);
  });

  it('knows how wide its font runs', async () => {
    const { Resvg } = await import('@resvg/resvg-js');
    const { createRequire } = await import('node:module');
    const file = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';
    const fontFiles = [createRequire(import.meta.url).resolve(file)];
    for (const text of ['HconductanceH', 'H0123456789.H', 'HtargetsHandHanswersH']) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90"><text y="60" font-size="50" font-family="Source Sans 3">${text}</text></svg>`;
      const box = new Resvg(svg, { font: { loadSystemFonts: false, fontFiles } }).getBBox()!;
      const estimated = textWidth_px(text, 50, false);
      expect(estimated).toBeGreaterThan(box.width);
      expect(estimated).toBeLessThan(box.width * 1.12);
    }
  });
});

describe('units', () => {
  it('take the prefix that reads best', () => {
    expect(formatQuantity(3.4e-6, 'S')).toBe('3.40 µS');
    expect(formatQuantity(-0.25, 'V')).toBe('−250 mV');
    expect(formatQuantity(0.99999, 'W')).toBe('1.00 W');
    expect(formatQuantity(12.5, '1')).toBe('12.5');
    expect(formatQuantity(Number.NaN, 'S')).toBe('NaN');
    expect(displayUnit(0, 'S')).toEqual({ factor: 1, unit: 'S' });
  });

  it('never show more than three digits before the point in the prefixed range', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-15, max: 9e11, noNaN: true }), (value) => {
        const shown = value * displayUnit(value, 'S').factor;
        expect(shown).toBeGreaterThanOrEqual(0.99);
        expect(shown).toBeLessThan(1000);
      }),
    );
  });

  it('tick a log axis at round values inside it', () => {
    expect(logTicks(0.004, 0.12)).toEqual([0.005, 0.01, 0.02, 0.05, 0.1]);
    expect(logTicks(1e-7, 1e-4)).toEqual([1e-7, 1e-6, 1e-5, 1e-4]);
    fc.assert(
      fc.property(
        fc.double({ min: -12, max: 12, noNaN: true }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        (from, span) => {
          const [low, high] = [10 ** from, 10 ** (from + span)];
          const ticks = logTicks(low, high);
          expect(ticks.length).toBeLessThanOrEqual(9);
          for (const tick of ticks) expect(tick >= low * 0.998 && tick <= high * 1.002).toBe(true);
        },
      ),
    );
  });
});
