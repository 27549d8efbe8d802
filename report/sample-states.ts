import { displayUnit, inputError } from '../core/index.js';
import { axisTitle } from './axis-title.js';
import { type ColourMap, greyColours } from './colour-map.js';
import type { FigureSpec } from './figure.js';
import { colourScaleOf } from './heat-map.js';
import { type ColourScale, extent } from './matrix-image.js';
import { colourLegend, pictureLayers } from './picture.js';
import { textWidth_px } from './text-width.js';
import { ink, palette } from './theme.js';

/** One sample after its free phase. */
export interface SampleState {
  readonly inputs: ArrayLike<number>;
  /** Node states of each hidden layer. */
  readonly hidden: readonly ArrayLike<number>[];
  readonly outputs: ArrayLike<number>;
  /** States that the outputs should have. */
  readonly targets: ArrayLike<number>;
  /** Names of the class that was asked for and of the one that was read. */
  readonly target: string;
  readonly answer: string;
}

/** What `sampleStates` draws: samples of one network, a row each. */
export interface SampleStates {
  readonly samples: readonly SampleState[];
  /** Rows and columns of an input that is a picture; a strip otherwise. */
  readonly inputShape?: readonly [rows: number, columns: number];
  /** Class of each output, or its name. */
  readonly outputNames: readonly string[];
  /** Unit of inputs and node states, `V` or `1`. */
  readonly nodeUnit: string;
  readonly title?: string;
}

const PANEL_PX = 110;
const THINNEST_STRIP_PX = 28;

/**
 * A row a sample: the input as a picture, every hidden layer's nodes as another (in reading order), and the outputs as
 * bars with their targets as ticks. The bar of the answer is green where it is right, vermilion where it is wrong.
 */
export function sampleStates(states: SampleStates): FigureSpec {
  const { samples, inputShape, outputNames, nodeUnit, title } = states;
  for (const sample of samples) expectShapes(sample, states);
  const inputScale = scaleOver(
    samples,
    (sample) => sample.inputs,
    inputShape === undefined ? {} : { colours: greyColours },
  );
  const hiddenScales = (samples[0]?.hidden ?? []).map((_, l) =>
    scaleOver(samples, (sample) => sample.hidden[l]),
  );
  const bars = outputScale(samples, nodeUnit);

  const panels = samples.flatMap((sample, i) => {
    const first = i === 0;
    const last = i === samples.length - 1;
    return [
      picture(
        sample.inputs,
        inputShape ?? gridOf(sample.inputs.length),
        inputScale,
        [`target ${sample.target}`, `answer ${sample.answer}`],
        last && inputShape === undefined ? { quantity: 'input', unit: nodeUnit } : undefined,
      ),
      ...sample.hidden.map((layer, l) =>
        picture(
          layer,
          gridOf(layer.length),
          hiddenScales[l],
          first ? [`hidden layer ${l + 1}`] : [],
          last ? { quantity: 'state', unit: nodeUnit } : undefined,
        ),
      ),
      outputBars(sample, outputNames, bars, { first, last }),
    ];
  });
  return {
    ...(title === undefined ? {} : { title }),
    // One grid, so that the columns of all samples stand below each other.
    columns: 2 + hiddenScales.length,
    align: 'each',
    spacing: { row: 14, column: 28 },
    concat: panels,
    resolve: { scale: { color: 'independent' } },
  } as FigureSpec;
}

function expectShapes(sample: SampleState, { samples, outputNames }: SampleStates): void {
  const names = outputNames.length;
  const { outputs, targets, hidden } = sample;
  if (outputs.length !== names || targets.length !== names || hidden.length !== samples[0].hidden.length) {
    throw inputError(
      'report.shape',
      `sample states: got ${outputs.length} outputs, ${targets.length} targets and ${hidden.length} hidden layers; needed ${names}, ${names} and ${samples[0].hidden.length}`,
    );
  }
}

/** One colour scale over all samples, so that they can be compared. */
function scaleOver(
  samples: readonly SampleState[],
  of: (sample: SampleState) => ArrayLike<number>,
  options: { colours?: ColourMap } = {},
): ColourScale {
  return colourScaleOf({ ...options, values: samples.flatMap((sample) => Array.from(of(sample))) });
}

interface OutputScale {
  readonly domain: readonly [number, number];
  readonly factor: number;
  readonly unit: string;
}

function outputScale(samples: readonly SampleState[], unit: string): OutputScale {
  const { low, high } = extent([
    0,
    ...samples.flatMap(({ outputs, targets }) => [...Array.from(outputs), ...Array.from(targets)]),
  ]);
  const display = displayUnit(Math.max(-low, high), unit);
  const margin = (high - low) * 0.05 || 1;
  return { ...display, domain: [(low - margin) * display.factor, (high + margin) * display.factor] };
}

/** Nodes in reading order on a grid about as wide as high; a short layer is one column. */
function gridOf(nodes: number): [rows: number, columns: number] {
  if (nodes <= 12) return [nodes, 1];
  const columns = Math.ceil(Math.sqrt(nodes));
  return [Math.ceil(nodes / columns), columns];
}

/** @param legend where given, the picture brings its colour scale */
function picture(
  values: ArrayLike<number>,
  shape: readonly [rows: number, columns: number],
  scale: ColourScale,
  title: readonly string[],
  legend?: { readonly quantity: string; readonly unit: string },
): object {
  const [rows, columns] = shape;
  const cells = Float64Array.from({ length: rows * columns }, (_, i) =>
    i < values.length ? values[i] : Number.NaN,
  );
  const side = PANEL_PX / Math.max(rows, columns);
  const width = Math.max(THINNEST_STRIP_PX, columns * side);
  const height = Math.max(THINNEST_STRIP_PX, rows * side);
  const layers = pictureLayers(cells, shape, scale, [width, height]);
  const below = { orient: 'bottom', gradientLength: PANEL_PX, gradientThickness: 10, offset: 6 };
  return {
    ...panelTitle(title),
    width,
    height,
    layer:
      legend === undefined
        ? layers
        : [...layers, colourLegend(scale, legend.quantity, legend.unit, undefined, below)],
  };
}

function panelTitle(lines: readonly string[]): object {
  return lines.length === 0
    ? {}
    : { title: { text: [...lines], fontSize: 12, fontWeight: 'normal', offset: 4 } };
}

function outputBars(
  sample: SampleState,
  names: readonly string[],
  scale: OutputScale,
  row: { first: boolean; last: boolean },
): object {
  const values = names.map((name, i) => ({
    output: i,
    state: sample.outputs[i] * scale.factor,
    target: sample.targets[i] * scale.factor,
    role: name !== sample.answer ? 'other' : sample.answer === sample.target ? 'right' : 'wrong',
  }));
  const axis = { labelAngle: 0, labelExpr: `${JSON.stringify(names)}[datum.value]`, ticks: false };
  const x = {
    field: 'output',
    type: 'ordinal',
    title: row.last ? 'output' : null,
    axis,
    scale: { padding: 0.25 },
  };
  const longestName_px = Math.max(0, ...names.map((name) => textWidth_px(name, 12, false)));
  return {
    ...panelTitle(row.first ? ['outputs: states (bars), targets (ticks)'] : []),
    width: names.length * Math.max(20, Math.min(80, longestName_px + 10)),
    height: PANEL_PX,
    data: { values },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x,
          y: {
            field: 'state',
            type: 'quantitative',
            title: axisTitle('state', scale.unit),
            scale: { domain: scale.domain, nice: false },
            axis: { tickCount: 4 },
          },
          color: {
            field: 'role',
            type: 'nominal',
            scale: {
              domain: ['other', 'right', 'wrong'],
              range: ['#b6bcc6', palette.green, palette.vermilion],
            },
            legend: null,
          },
        },
      },
      {
        mark: { type: 'tick', color: ink.text, thickness: 2 },
        encoding: { x, y: { field: 'target', type: 'quantitative' } },
      },
    ],
  };
}
