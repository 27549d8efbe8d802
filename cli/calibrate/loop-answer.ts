import type { ComparedModels, HeldOutLoop, ModelFit } from '../../calibration/batch/index.js';
import {
  type FittedLoop,
  type LoopData,
  type LoopMarks,
  limitOf,
  type MeasuringCircuit,
} from '../../calibration/dynamics/index.js';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import { formatQuantity, printableLine } from '../../core/index.js';
import { estimateText } from './estimate-text.js';
import { aicText } from './fit-answer.js';
import { asMeasured, proposalLines } from './loop-proposal.js';

/** What fits of models with a state say, for people: what was held out first. */
export function loopsText(
  compared: ComparedModels,
  loops: readonly LoopData[],
  circuit: MeasuringCircuit,
  remarks: readonly string[],
): string {
  const { fits, comparison, negative } = compared;
  const { by, indistinguishable, rows } = comparison;
  const names = loops.map((loop) => `${loop.name} (${loop.times_s.length} samples${atFrequency(loop)})`);
  return [
    `${loops.length === 1 ? 'loop' : `${loops.length} loops`}: ${names.map((name) => printableLine(name)).join('; ')}`,
    `  measured through ${circuitText(loops[0].circuit, circuit)}${negative ? '; sets at negative voltages: models stand the other way round, voltages below are of that' : ''}`,
    ...heldOutLines(fits),
    ...(fits.length === 1
      ? []
      : [
          `  best: ${comparison.best}, by ${by}${indistinguishable.length === 0 ? '' : `; the data cannot tell it from ${indistinguishable.join(', ')}`}`,
          ...rows.map(
            ({ name, parameters, deltaAic }) =>
              `    ${name.padEnd(12)} ${parameters} parameters, ${aicText(deltaAic)}`,
          ),
        ]),
    ...fits.flatMap((fit) => modelLines(fit, negative)),
    ...remarks.map((text) => `  note: ${printableLine(text)}`),
    `  methods: ${methodsText(compared)}`,
  ].join('\n');
}

const atFrequency = ({ frequency_Hz }: Pick<LoopData, 'frequency_Hz'>): string =>
  frequency_Hz === undefined ? '' : `, ${formatQuantity(frequency_Hz, 'Hz')}`;

/** What stood between source and cell, in words. */
export function circuitText(
  limited: MeasuringCircuit,
  { series_ohm, bandwidth_Hz }: MeasuringCircuit,
): string {
  const parts = [
    series_ohm > 0
      ? `${formatQuantity(series_ohm, 'ohm')} in series`
      : 'nothing in series: the voltage is the cell’s',
    ...limitTexts(limited),
    ...(bandwidth_Hz === undefined ? [] : [`a filter at ${formatQuantity(bandwidth_Hz, 'Hz')}`]),
  ];
  return parts.join(', ');
}

function limitTexts(limited: MeasuringCircuit): string[] {
  const [positive_A, negative_A] = [limitOf(limited, 1), limitOf(limited, -1)];
  const each = [
    [positive_A, positive_A === negative_A ? '' : ' of positive currents'],
    [positive_A === negative_A ? Number.POSITIVE_INFINITY : negative_A, ' of negative currents'],
  ] as const;
  return each
    .filter(([limit_A]) => Number.isFinite(limit_A))
    .map(([limit_A, which]) => `a limit of ${formatQuantity(limit_A, 'A')}${which}`);
}

function heldOutLines(fits: readonly ModelFit[]): string[] {
  const words: Readonly<Record<HeldOutLoop['of'], string>> = {
    frequency: 'left out and predicted, a frequency at a time',
    cell: 'left out and predicted, a cell at a time',
    loop: 'left out and predicted, a loop at a time',
    file: 'predicted, never fitted',
  };
  return (Object.keys(words) as HeldOutLoop['of'][]).flatMap((of) => {
    const some = fits[0].heldOut.some((one) => one.of === of);
    if (!some) return [];
    return [
      `  ${words[of]} (start state fitted):`,
      ...fits.flatMap(({ fitted, heldOut }) =>
        heldOut
          .filter((one) => one.of === of)
          .map(
            ({ loop }) =>
              `    ${fitted.model.padEnd(12)} ${printableLine(loop.name)}${atFrequency(loop)}: R² ${loop.r2.toFixed(4)}, RMSE ${formatQuantity(loop.rmse_A, 'A')}`,
          ),
      ),
    ];
  });
}

function modelLines({ fitted, intervals }: ModelFit, negative: boolean): string[] {
  const { model, title, loops, parameters, agreeing, starts, apart, status, n, weights } = fitted;
  const rho = intervals?.correlation;
  return [
    `${model}: ${title}${status === 'converged' ? '' : `, NOT CONVERGED (${status})`}; n ${n}${intervals === undefined ? '' : `, worth ${intervals.nEffective.toFixed(0)}`}${rho === undefined ? '' : `, noise correlated by ${rho.value.toFixed(2)}`}; ${agreeing} of ${starts} searches ended there${apart ? ', some of them far apart' : ''}`,
    `    weights: differences over ${formatQuantity(weights.scale_A, 'A')}${weights.logShare > 0 ? ` ⊕ ${weights.logShare} ratios above ${formatQuantity(weights.knee_A, 'A')}` : ' alone; --log-weight counts ratios too'}`,
    ...loops.flatMap((loop) => [
      `    ${printableLine(loop.name)}${atFrequency(loop)}: R² ${loop.r2.toFixed(4)}, RMSE ${formatQuantity(loop.rmse_A, 'A')}, start state ${loop.start.toFixed(3)}`,
      `      ${marksText(loop)}`,
      ...(loop.residuals.systematic
        ? [
            `      residuals follow each other (lag 1 ${loop.residuals.lag1.toFixed(2)}): the curve is not of the data’s shape`,
          ]
        : []),
    ]),
    ...parameters.map(({ name, unit, value }) => {
      const estimate = intervals?.estimates[name];
      const shown = estimate === undefined ? plainNumber(value, unit) : estimateText(estimate, unit);
      return `    ${name.padEnd(22)} ${shown}`;
    }),
    ...proposalLines(intervals?.proposal, negative),
    ...fitWarnings({ fitted, intervals }).map((text) => `    warning: ${printableLine(text)}`),
  ];
}

/** Of searches: fewer that end at the best say that another may end lower. */
const FEW_AGREE = 0.3;

/** What is to be said of a fit: how its searches ended, and how well its intervals stand. */
export function fitWarnings({
  fitted,
  intervals,
}: {
  readonly fitted: ModelFit['fitted'];
  readonly intervals?: ModelFit['intervals'] | undefined;
}): string[] {
  const { agreeing, starts, apart, atBounds } = fitted;
  return [
    ...(apart
      ? [
          'searches that end as well as the best (1 %) lie far from it: these loops leave a combination of parameters open, and the values are one choice of many',
        ]
      : []),
    ...(agreeing < FEW_AGREE * starts
      ? [
          `${agreeing} of ${starts} searches ended at the best that was met: another --seed may find a better one`,
        ]
      : []),
    ...(intervals === undefined && atBounds.length > 0
      ? [
          `${atBounds.join(', ')} ${atBounds.length === 1 ? 'lies at a bound of its search' : 'lie at bounds of their searches'}: the loops do not tell how far beyond, and other values go with it`,
        ]
      : []),
    ...(intervals?.warnings ?? []),
  ];
}

/** A number without an interval. */
export const plainNumber = (value: number, unit: string): string =>
  unit === '' || unit.startsWith('/') || unit.includes('/')
    ? `${value.toPrecision(4)}${unit === '' ? '' : ` ${unit}`}`
    : formatQuantity(value, unit, 4);

function marksText({ marks: { data, model } }: FittedLoop): string {
  const one = (name: string, key: keyof LoopMarks, unit: string) => {
    const show = (v: number): string => (Number.isFinite(v) ? formatQuantity(v, unit) : 'not seen');
    return `${name} ${show(model[key])} (data ${show(data[key])})`;
  };
  return [
    one('V_set', 'set_V', 'V'),
    one('V_reset', 'reset_V', 'V'),
    `area ${model.area_VA.toPrecision(3)} W (data ${data.area_VA.toPrecision(3)} W)`,
    one('largest slope', 'lowResistanceSlope_S', 'S'),
  ].join(', ');
}

/** What a paper would say. */
export function methodsText({ fits, comparison }: ComparedModels): string {
  const likelihood = fits.some(({ intervals }) => intervals?.correlation !== undefined)
    ? 'of a Gaussian likelihood that carries the lag-1 correlation of the residuals'
    : 'of a Gaussian likelihood';
  const of =
    fits[0].heldOut.length > 0
      ? ' Held-out loops were predicted with their start states fitted and all parameters held.'
      : '';
  return [
    'Model and measuring circuit were integrated along the samples by an ESDIRK method of third order with forward sensitivities, and fitted by bounded Levenberg–Marquardt least squares from staged starts (a metastable switch first, models matched to its states, then to the loops).',
    fits[0].intervals === undefined
      ? ''
      : ` Intervals of 95 % are profiles ${likelihood}; a parameter is "not identifiable" where its profile is open inside the bounds of the search or its standard error exceeds it.`,
    of,
    fits.length === 1 ? '' : ` Models were compared by ${comparison.by}.`,
  ].join('');
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The same for programs. */
export function loopsJson(
  compared: ComparedModels,
  loops: readonly LoopData[],
  circuit: MeasuringCircuit,
  files: readonly MeasuredFile[],
): object {
  const { fits, comparison, negative } = compared;
  const loopJson = (loop: FittedLoop) => ({
    name: loop.name,
    cell: loop.cell,
    frequency_Hz: loop.frequency_Hz ?? null,
    r2: finite(loop.r2),
    rmse_A: finite(loop.rmse_A),
    n: loop.n,
    start: loop.start,
    marks: Object.fromEntries(
      (['data', 'model'] as const).map((of) => [
        of,
        Object.fromEntries(Object.entries(loop.marks[of]).map(([key, v]) => [key, finite(v)])),
      ]),
    ),
    residuals: loop.residuals,
  });
  return {
    measured: files.map(({ path, sha256, format }) => ({ path, sha256, format })),
    circuit,
    loops: loops.map(({ name, cell, times_s }) => ({
      name,
      cell,
      samples: times_s.length,
      span_s: times_s[times_s.length - 1],
    })),
    setsAtNegative: negative,
    best: comparison.best,
    by: comparison.by,
    indistinguishable: comparison.indistinguishable,
    models: fits.map(({ fitted, intervals, heldOut }) => ({
      model: fitted.model,
      title: fitted.title,
      status: fitted.status,
      cost: fitted.cost,
      n: fitted.n,
      nEffective: intervals?.nEffective ?? null,
      correlation: intervals?.correlation?.value ?? null,
      weights: fitted.weights,
      searches: { agreeing: fitted.agreeing, of: fitted.starts, apart: fitted.apart },
      deltaAic: finite(comparison.rows.find(({ name }) => name === fitted.model)?.deltaAic ?? Number.NaN),
      heldOut: heldOut.map(({ of, loop }) => ({ leftOut: of, ...loopJson(loop) })),
      loops: fitted.loops.map(loopJson),
      parameters: fitted.parameters.map(({ name, unit, value }) => {
        const estimate = intervals?.estimates[name];
        return {
          name,
          unit,
          value,
          ...(estimate === undefined
            ? {}
            : {
                low: finite(estimate.low),
                high: finite(estimate.high),
                identifiable: estimate.identifiable,
              }),
        };
      }),
      ...(intervals?.proposal === undefined ? {} : { proposal: asMeasured(intervals.proposal, negative) }),
      warnings: fitWarnings({ fitted, intervals }),
    })),
    methods: methodsText(compared),
  };
}
