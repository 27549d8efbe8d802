import { inputError } from '../core/index.js';
import { type ColourMap, greyColours } from './colour-map.js';
import { columnName } from './column-name.js';
import {
  bars,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  nameAxis,
  type Panel,
  palette,
  picture,
  quantityAxis,
  rule,
  spread,
  target,
} from './drawing/index.js';
import { colourBarOf, colourScaleOf, hasGaps } from './heat-map.js';
import { type ColourScale, matrixImage } from './matrix-image.js';

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
export interface SampleStates extends FigureText {
  readonly samples: readonly SampleState[];
  /** Rows and columns of an input that is a picture; a strip otherwise. */
  readonly inputShape?: readonly [rows: number, columns: number];
  /** Class of each output, or its name. */
  readonly outputNames: readonly string[];
  /** Unit of inputs and node states, `V` or `1`. */
  readonly nodeUnit: string;
}

/** Height of a row's plots, points. */
const PANEL_PT = 64;
const THINNEST_STRIP = 14;
/** The narrowest picture, and the narrowest bars with their axis, points. */
const LEAST_PICTURE = 34;
const LEAST_BARS = 96;
const BAR = 0.36;
const colours = { other: '#b6bcc6', right: palette.green, wrong: palette.vermilion };

/**
 * A row a sample: the input as a picture, every hidden layer's nodes as another (in reading order), and the outputs as
 * bars with their targets as short lines. The bar of the answer is green where it is right, vermilion where it is wrong;
 * all samples share their scales, and the bars their axis.
 */
export function sampleStates(data: SampleStates): Figure {
  const { samples, inputShape, outputNames, nodeUnit } = data;
  for (const sample of samples) expectShapes(sample, data);
  const inputScale = scaleOver(
    samples,
    (sample) => sample.inputs,
    inputShape === undefined ? {} : { colours: greyColours },
  );
  const layers = samples[0]?.hidden.length ?? 0;
  const hiddenScales = Array.from({ length: layers }, (_, l) =>
    scaleOver(samples, (sample) => sample.hidden[l]),
  );
  const y = quantityAxis({
    quantity: 'state',
    unit: nodeUnit,
    domain: spread(
      samples.flatMap(({ outputs, targets }) => [...Array.from(outputs), ...Array.from(targets)]),
      { zero: true },
    ),
    grid: true,
  });
  const wrong = samples.some(({ target: asked, answer }) => asked !== answer);
  const right = samples.some(({ target: asked, answer }) => asked === answer);
  return figureOf(
    data,
    'Node states',
    () => tableOf(data),
    (width) => {
      const fitting = Math.max(0, Math.floor((width - LEAST_BARS) / (LEAST_PICTURE + 18)) - 1);
      const shown = Math.min(layers, fitting);
      const rows = samples.map((sample, i) => {
        const first = i === 0;
        const last = i === samples.length - 1;
        const input = picturePanel(
          sample.inputs,
          inputShape ?? gridOf(sample.inputs.length),
          inputScale,
          [`target ${sample.target}`, `answer ${sample.answer}`],
          last && inputShape === undefined ? { quantity: 'input', unit: nodeUnit } : undefined,
        );
        const hidden = sample.hidden
          .slice(0, shown)
          .map((layer, l) =>
            picturePanel(
              layer,
              gridOf(layer.length),
              hiddenScales[l],
              first ? [`hidden layer ${l + 1}`] : [],
              last ? { quantity: 'state', unit: nodeUnit } : undefined,
            ),
          );
        return [input, ...hidden, barsPanel(sample, outputNames, y, last)];
      });
      const pictures = 1 + shown;
      const room = Math.max(LEAST_BARS, Math.min(width * 0.5, width - pictures * (PANEL_PT + 24)));
      return {
        ...(shown < layers ? { subtitle: `${shown} of ${layers} hidden layers shown` } : {}),
        legend: [
          ...(right ? [{ label: 'the answer, right', colour: colours.right, shape: 'square' as const }] : []),
          ...(wrong ? [{ label: 'the answer, wrong', colour: colours.wrong, shape: 'square' as const }] : []),
          { label: 'another output', colour: colours.other, shape: 'square' as const },
          { label: 'target', colour: ink.text },
        ],
        rows,
        weights: [...Array.from({ length: pictures }, () => (width - room) / pictures), room],
      };
    },
  );
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

/** Nodes in reading order on a grid about as wide as high; a short layer is one column. */
function gridOf(nodes: number): [rows: number, columns: number] {
  if (nodes <= 12) return [nodes, 1];
  const columns = Math.ceil(Math.sqrt(nodes));
  return [Math.ceil(nodes / columns), columns];
}

/** @param legend where given, the picture brings its colour scale */
function picturePanel(
  values: ArrayLike<number>,
  [rows, columns]: readonly [rows: number, columns: number],
  scale: ColourScale,
  title: readonly string[],
  legend?: { readonly quantity: string; readonly unit: string },
): Panel {
  const cells = Float64Array.from({ length: rows * columns }, (_, i) =>
    i < values.length ? values[i] : Number.NaN,
  );
  return {
    title,
    size(free) {
      const side = Math.min(PANEL_PT / rows, Math.min(free, PANEL_PT) / columns);
      return {
        width: Math.max(THINNEST_STRIP, columns * side),
        height: Math.max(THINNEST_STRIP, rows * side),
      };
    },
    marks: [picture(matrixImage(cells, rows, columns, scale), `${values.length} states as colours`)],
    ...(legend === undefined
      ? {}
      : { colourBar: colourBarOf(scale, legend.quantity, legend.unit, hasGaps(values) && 'no value') }),
  };
}

function barsPanel(sample: SampleState, names: readonly string[], y: Panel['y'], last: boolean): Panel {
  const isRight = sample.answer === sample.target;
  return {
    x: nameAxis({ names, title: 'output', most: 56 }),
    bareX: !last,
    ...(y === undefined ? {} : { y }),
    size: (free) => ({ width: Math.min(free, names.length * 60), height: PANEL_PT }),
    marks: [
      bars(
        names.map((name, i) => ({
          from: [i - BAR, 0],
          to: [i + BAR, sample.outputs[i]],
          colour: colours[name !== sample.answer ? 'other' : isRight ? 'right' : 'wrong'],
        })),
      ),
      rule({ y: 0 }, { colour: ink.axis, dash: '', width: 0.6 }),
      ...names.map((_, i) => target([i - BAR, i + BAR], sample.targets[i])),
    ],
  };
}

function tableOf({ samples, outputNames, nodeUnit }: SampleStates) {
  const rows = samples.flatMap(({ inputs, hidden, outputs, targets, target: asked, answer }, s) => {
    const part = (name: string, values: ArrayLike<number>, names?: readonly string[]) =>
      Array.from(values, (value, i) => [s, asked, answer, name, names?.[i] ?? i, value]);
    return [
      ...part('input', inputs),
      ...hidden.flatMap((layer, l) => part(`hidden ${l + 1}`, layer)),
      ...part('output', outputs, outputNames),
      ...part('output target', targets, outputNames),
    ];
  });
  return { columns: ['sample', 'target', 'answer', 'part', 'node', columnName('state', nodeUnit)], rows };
}
