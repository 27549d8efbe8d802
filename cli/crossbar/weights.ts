import { z } from 'zod';
import {
  type CrossbarCells,
  type CrossbarDrive,
  finishProduct,
  type LineConverters,
  type PlannedProduct,
  type SignedProduct,
  type SignedWeights,
  weightPairs,
} from '../../circuits/crossbar/index.js';
import { formatQuantity, inputError } from '../../core/index.js';
import { conductanceWindow } from '../../experiments/schema/index.js';
import { unwiredCurrents_A } from '../../solver/crossbar/index.js';
import { type OptionsOf, path, quantity, readBy, whole } from '../frame/index.js';
import { percent } from './percent.js';
import { readSize } from './random-array.js';
import { readMatrix, readNumber } from './read-matrix.js';

/** A signed matrix instead of cells. */
export const weightOptions = {
  weights: path(z.string().optional()).meta({
    flag: '--weights <file>',
    description:
      'a signed matrix instead, mapped onto cells: CSV, NPY or w.npz:name, one row an input, one column an output',
  }),
  window: conductanceWindow().meta({
    flag: '--window <window>',
    description: 'with --weights: least and largest conductance of a cell, LOW,HIGH in S',
  }),
  pairs: z.enum(weightPairs).optional().meta({
    flag: '--pairs <which>',
    description:
      'with --weights: a weight is the difference of two cells, or of one and a reference (columns)',
  }),
  levels: whole(
    z
      .number()
      .int()
      .min(2)
      .max(2 ** 24)
      .optional(),
  ).meta({
    flag: '--levels <n>',
    description: 'with --weights: conductances that a cell can have, evenly over its window (any)',
  }),
  slices: whole(z.number().int().min(1).max(48).optional()).meta({
    flag: '--slices <n>',
    description: 'with --weights and --levels: cells that share the digits of a weight (1)',
  }),
};

/** Converters at the lines, and the arrays that are there. */
export const productOptions = {
  tile: readBy('size', readSize, z.tuple([z.number(), z.number()]).optional()).meta({
    flag: '--tile <rows x columns>',
    description:
      'with --weights: lines of an array, 64x64; a larger matrix is cut, its parts added as numbers',
  }),
  dacBits: whole(z.number().int().min(2).max(32).optional()).meta({
    flag: '--dac-bits <n>',
    description: 'with --weights: bits of the converters that drive the inputs, 0 V among their codes',
  }),
  dacFullScale: quantity('V', z.number().gt(0).optional()).meta({
    flag: '--dac-full-scale <V>',
    description: 'end of their range, ± (the largest input)',
  }),
  nodeBits: whole(z.number().int().min(2).max(32).optional()).meta({
    flag: '--node-bits <n>',
    description: 'with --weights: bits of the converters that read the current of every line',
  }),
  lineFullScale: quantity('A', z.number().gt(0).optional()).meta({
    flag: '--line-full-scale <A>',
    description: 'end of their range, ± (the largest current of all lines and inputs)',
  }),
};

const described = z.strictObject({ ...weightOptions, ...productOptions });
export type WeightFlags = OptionsOf<typeof described>;

/** The flags that only go with --weights, as typed. */
const ofWeights = {
  window: '--window',
  pairs: '--pairs',
  levels: '--levels',
  slices: '--slices',
  tile: '--tile',
  dacBits: '--dac-bits',
  dacFullScale: '--dac-full-scale',
  nodeBits: '--node-bits',
  lineFullScale: '--line-full-scale',
} as const satisfies Partial<Record<keyof WeightFlags, string>>;

/** @throws `crossbar.usage` for what only signed matrices have, and for ranges of converters that are not there */
export function requireWeights(flags: Partial<WeightFlags>): void {
  const of = Object.entries(ofWeights).filter(
    ([name]) => flags[name as keyof typeof ofWeights] !== undefined,
  );
  if (flags.weights === undefined && of.length > 0) {
    throw inputError('crossbar.usage', `${of[0][1]} goes with --weights FILE; cells are what they are`);
  }
  if (flags.slices !== undefined && flags.slices > 1 && flags.levels === undefined) {
    throw inputError(
      'crossbar.usage',
      '--slices: cells share the digits of a weight, which have as many values as a cell has levels; give --levels too',
    );
  }
  for (const [range, bits] of [
    ['dacFullScale', 'dacBits'],
    ['lineFullScale', 'nodeBits'],
  ] as const) {
    if (flags[range] === undefined || flags[bits] !== undefined) continue;
    throw inputError(
      'crossbar.usage',
      `${ofWeights[range]}: is the range of ${ofWeights[bits]}; give that too`,
    );
  }
}

/** Converters as the library takes them. */
export function convertersOf(flags: Partial<WeightFlags>): LineConverters {
  const { dacBits, dacFullScale, nodeBits, lineFullScale } = flags;
  return {
    ...(dacBits === undefined ? {} : { dacBits }),
    ...(dacFullScale === undefined ? {} : { dacFullScale_V: dacFullScale }),
    ...(nodeBits === undefined ? {} : { nodeBits }),
    ...(lineFullScale === undefined ? {} : { nodeFullScale_A: lineFullScale }),
  };
}

/** @throws `crossbar.usage`, `crossbar.file` */
export async function readWeights(
  file: string,
  { window, pairs = 'columns', levels, slices }: Partial<WeightFlags>,
): Promise<SignedWeights> {
  if (window === undefined || typeof window === 'number') {
    throw inputError(
      'crossbar.usage',
      `--weights: --window LOW,HIGH is needed, what its cells can be, as 10uS,100uS${window === undefined ? '' : `; got ${window}, a ratio, which says how far they go and not where`}`,
    );
  }
  const [low_S, high_S] = window;
  const { rows, columns, values } = await readMatrix(
    file,
    '--weights',
    (text, decimalComma) => readNumber(text, '1', decimalComma),
    'a number is needed',
  );
  return {
    weights: values,
    inputs: rows,
    outputs: columns,
    window_S: [low_S, high_S],
    pairs,
    ...(levels === undefined ? {} : { levels }),
    ...(slices === undefined ? {} : { slices }),
  };
}

/** What crossbars make of a signed matrix. Arrays [outputs][input vectors]. */
export interface WeightsAnswer
  extends Pick<SignedProduct, 'errors' | 'parts' | 'clippedInputs' | 'clippedCurrents'> {
  /** Σ w·v as the crossbars have it, in weights times V, and exactly. */
  readonly products: number[][];
  readonly exactProducts: number[][];
  /** Differences of currents that stand for them, A. */
  readonly pairCurrents_A: number[][];
  /** As `errors.rmsOverRms` and `errors.largestOverLargest`. */
  readonly relativeError: number;
  readonly largestRelativeError: number;
  /** The |weight| that has the whole window. */
  readonly fullScale: number;
  /** Ends of the converters' ranges; null without converters. */
  readonly dacFullScale_V: number | null;
  readonly nodeFullScale_A: number | null;
}

/**
 * Of one array.
 * @param currents_A of its bit lines, [count × columns]
 * @param cells with models, and what drives them
 */
export function weightsAnswer(
  plan: PlannedProduct,
  currents_A: Float64Array,
  cells?: {
    readonly models: CrossbarCells;
    readonly rows: number;
    readonly columns: number;
    readonly drive: CrossbarDrive;
  },
): WeightsAnswer {
  const unwired_A = cells && [unwiredCurrents_A(cells.models, cells, cells.drive)];
  return weightsJson(plan.signed.outputs, plan.tiled.fullScale, finishProduct(plan, [currents_A], unwired_A));
}

/** A product as `--json` has it. */
export function weightsJson(outputs: number, fullScale: number, product: SignedProduct): WeightsAnswer {
  const byOutput = (values: Float64Array) =>
    Array.from({ length: outputs }, (_, j) =>
      Array.from({ length: values.length / outputs }, (_, p) => values[p * outputs + j]),
    );
  const { errors, parts, clippedInputs, clippedCurrents } = product;
  return {
    products: byOutput(product.products),
    exactProducts: byOutput(product.exactProducts),
    pairCurrents_A: byOutput(product.pairCurrents_A),
    relativeError: errors.rmsOverRms,
    largestRelativeError: errors.largestOverLargest,
    errors,
    parts,
    fullScale,
    dacFullScale_V: product.dacFullScale_V ?? null,
    nodeFullScale_A: product.nodeFullScale_A ?? null,
    clippedInputs,
    clippedCurrents,
  };
}

const SHOWN = 8;

/** Names and values of what is said of a product. */
export function weightsSummary(answer: WeightsAnswer): (readonly [string, string])[] {
  const { errors, parts, dacFullScale_V, nodeFullScale_A, clippedInputs, clippedCurrents } = answer;
  const clipped = (count: number, what: string) =>
    count === 0 ? '' : `; ${count} ${what}${count === 1 ? '' : 's'} beyond it, taken as its end`;
  return [
    [
      'Product error, rms',
      `${percent(errors.rmsOverRms)} of the rms product, ${percent(errors.rmsOverSpan)} of their span`,
    ],
    ['Product error, largest', `${percent(errors.largestOverLargest)} of the largest product`],
    [
      'Product error |Δy/y|',
      `mean ${percent(errors.meanOfRatios)}, largest ${percent(errors.largestOfRatios)}`,
    ],
    [
      'As good as',
      Number.isNaN(errors.effectiveBits)
        ? 'unknown'
        : Number.isFinite(errors.effectiveBits)
          ? `${errors.effectiveBits.toFixed(1)} bits`
          : 'exact',
    ],
    [
      'Of the rms error',
      `cells' levels ${percent(parts.cells)}, drivers ${percent(parts.drivers)}, ${parts.curves === undefined ? '' : `curves ${percent(parts.curves)}, `}wires ${percent(parts.wires)}, read-out ${percent(parts.readOut)}`,
    ],
    ...(dacFullScale_V === null
      ? []
      : [['Drivers', `±${formatQuantity(dacFullScale_V, 'V')}${clipped(clippedInputs, 'input')}`] as const]),
    ...(nodeFullScale_A === null
      ? []
      : [
          [
            'Read-out',
            `±${formatQuantity(nodeFullScale_A, 'A')}${clipped(clippedCurrents, 'current')}`,
          ] as const,
        ]),
  ];
}

/** What is said of a product on standard output. */
export function weightsText(answer: WeightsAnswer): string[] {
  const first = (values: number[][]) =>
    `${values
      .slice(0, SHOWN)
      .map(([value]) => value.toPrecision(6))
      .join(', ')}${values.length > SHOWN ? ', …' : ''}`;
  return [
    `products of input 0: ${first(answer.products)}; exactly ${first(answer.exactProducts)}`,
    ...weightsSummary(answer).map(([name, value]) => `  ${name}: ${value}`),
  ];
}
