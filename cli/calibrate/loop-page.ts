import type { ComparedModels, ModelFit } from '../../calibration/batch/index.js';
import type { FittedLoop, LoopData, MeasuringCircuit } from '../../calibration/dynamics/index.js';
import { autocorrelation } from '../../calibration/estimates/index.js';
import { formatQuantity } from '../../core/index.js';
import { type Curve, curveFigure, html, profileFigure, type Report } from '../../report/index.js';
import { estimateText } from './estimate-text.js';
import { circuitText, fitWarnings, methodsText, plainNumber } from './loop-answer.js';
import { proposalLines } from './loop-proposal.js';

/** What a page of fits is told beside them. */
export interface LoopsPage {
  readonly circuit: MeasuringCircuit;
  readonly remarks: readonly string[];
  /** The command that makes it again. */
  readonly redraw: string;
}

type Section = Report['sections'][number];

/** Loops of more files are not all drawn. */
const MOST_DRAWN = 8;
const LAGS = 40;

/** The page of models fitted to loops: what was held out, data and curves with their bands, residuals, parameters, profiles, methods. */
export function loopsPage(
  compared: ComparedModels,
  loops: readonly LoopData[],
  { circuit, remarks, redraw }: LoopsPage,
): Report {
  const { fits, comparison, negative } = compared;
  const best = fits.find(({ fitted }) => fitted.model === comparison.best) ?? fits[0];
  const sign = negative ? -1 : 1;
  const undrawn = loops.length - MOST_DRAWN;
  return {
    title: `${best.fitted.title}: ${loops.length === 1 ? loops[0].name : `${loops.length} loops`}`,
    summary: [
      ['measured through', circuitText(loops[0].circuit, circuit)],
      ['points fitted', best.fitted.n],
      ...(best.intervals === undefined
        ? []
        : [['worth', `${best.intervals.nEffective.toFixed(0)} independent ones`] as const]),
      ...(fits.length === 1 ? [] : [['best', `${comparison.best}, by ${comparison.by}`] as const]),
      ['sets at', negative ? 'negative voltages: models stand the other way round' : 'positive voltages'],
    ],
    warnings: [
      ...fits.flatMap(({ fitted, intervals }) =>
        [
          ...(fitted.status === 'converged' ? [] : [`has not converged (${fitted.status})`]),
          ...fitWarnings({ fitted, intervals }),
        ].map((text) => `${fitted.model}: ${text}`),
      ),
      ...remarks,
    ],
    sections: [
      ...heldOutSections(fits),
      ...loops.slice(0, MOST_DRAWN).map((loop, k) => fitSection(best, loop, k, sign, redraw)),
      ...(undrawn > 0
        ? [{ title: 'More loops', caption: `${undrawn} more were fitted; -o FILE.csv has their curves.` }]
        : []),
      residualSection(best, loops, redraw),
      ...fits.flatMap((fit) => parameterSections(fit, negative, redraw)),
      ...(fits.length === 1
        ? []
        : [
            {
              title: 'Models',
              table: {
                columns: ['model', 'parameters', 'ΔAIC'],
                rows: comparison.rows.map(({ name, parameters, deltaAic }) => [
                  name,
                  parameters,
                  Number.isFinite(deltaAic) ? deltaAic.toFixed(1) : '–',
                ]),
              },
            },
          ]),
      { title: 'Methods', html: html`<p>${methodsText(compared)}</p>` },
    ],
  };
}

function heldOutSections(fits: readonly ModelFit[]): Section[] {
  const rows = fits.flatMap(({ fitted, heldOut }) =>
    heldOut.map(({ of, loop }) => [
      fitted.model,
      of === 'file' ? 'never fitted' : `a ${of} at a time`,
      loop.name,
      loop.frequency_Hz === undefined ? '–' : formatQuantity(loop.frequency_Hz, 'Hz'),
      loop.r2.toFixed(4),
      formatQuantity(loop.rmse_A, 'A'),
    ]),
  );
  if (rows.length === 0) return [];
  const columns = ['model', 'left out', 'loop', 'frequency', 'R²', 'RMSE'];
  return [
    {
      title: 'Held out and predicted',
      caption: 'Loops that a fit did not see, their start states fitted and all parameters held.',
      table: { columns, rows },
    },
  ];
}

function fitSection(
  { fitted, intervals }: ModelFit,
  loop: LoopData,
  k: number,
  sign: number,
  redraw: string,
): Section {
  const own = fitted.loops[k];
  const band = intervals?.bands?.[k];
  const at = (side: number): Float64Array =>
    own.current_A.map((i, n) => sign * (i + side * (band?.[n] ?? 0)));
  const edge = { style: 'line' as const, colour: '#9db4c8' };
  const curves: Curve[] = [
    { name: 'measured', x: loop.drive_V, y: loop.current_A, style: 'dots' },
    ...(band === undefined
      ? []
      : [-1, 1].map((side) => ({ name: '95 % band of the curve', x: loop.drive_V, y: at(side), ...edge }))),
    { name: fitted.model, x: loop.drive_V, y: at(0), style: 'fit', like: 'measured' },
  ];
  return {
    title: loop.name,
    figure: curveFigure({
      title: `${fitted.title}, ${loop.name}`,
      redraw,
      x: { quantity: 'voltage of the source', unit: 'V', zero: true },
      y: { quantity: 'current', unit: 'A', zero: true },
      curves,
    }),
    caption: `R² ${own.r2.toFixed(4)}, RMSE ${formatQuantity(own.rmse_A, 'A')}, start state ${own.start.toFixed(3)}.`,
  };
}

function residualSection({ fitted }: ModelFit, loops: readonly LoopData[], redraw: string): Section {
  const drawn = fitted.loops.slice(0, MOST_DRAWN);
  const residuals = (loop: FittedLoop, k: number): Float64Array =>
    loop.current_A.map((i, n) => (loops[k].fitted[n] ? i - loops[k].current_A[n] : Number.NaN));
  const noise = 1.96 / Math.sqrt(fitted.n / fitted.loops.length);
  const rows = drawn.map((loop, k) => [
    loops[k].name,
    loop.residuals.lag1.toFixed(2),
    loop.residuals.runs,
    loop.residuals.expectedRuns.toFixed(0),
    loop.residuals.systematic ? 'follow each other' : 'no pattern seen',
  ]);
  return {
    title: 'Residuals',
    figure: curveFigure({
      title: `Autocorrelation of the residuals, ${fitted.model}`,
      redraw,
      x: { quantity: 'lag', unit: '1', whole: true },
      y: { quantity: 'autocorrelation', unit: '1', zero: true },
      curves: drawn.map((loop, k) => {
        const values = autocorrelation(residuals(loop, k), LAGS);
        return { name: loops[k].name, x: values.map((_, lag) => lag), y: values, style: 'line-and-dots' };
      }),
    }),
    caption: `White noise would stay within ± ${noise.toFixed(2)} in 95 of 100 lags. What follows a pattern is the shape of the model, or noise that follows itself; intervals carry the lag-1 part.`,
    table: { columns: ['loop', 'lag 1', 'runs', 'expected', 'residuals'], rows },
  };
}

const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`;

function parameterSections({ fitted, intervals }: ModelFit, negative: boolean, redraw: string): Section[] {
  const { model, title, parameters, agreeing, starts } = fitted;
  const rows = parameters.map(({ name, unit, value }) => {
    const estimate = intervals?.estimates[name];
    return [name, estimate === undefined ? plainNumber(value, unit) : estimateText(estimate, unit)];
  });
  const proposal = proposalLines(intervals?.proposal, negative)
    .map((text) => ` ${sentence(text.trim())}.`)
    .join('');
  const table: Section = {
    title: `Parameters, ${model}`,
    caption: `${title}; ${agreeing} of ${starts} searches ended there.${proposal}`,
    table: { columns: ['parameter', 'value, 95 % interval'], rows },
  };
  if (intervals === undefined) return [table];
  const profiles = parameters.map(({ name, unit }) => ({
    name,
    unit,
    points: intervals.profiles[name] ?? [],
    ...intervals.estimates[name],
  }));
  return [
    table,
    {
      title: `Profiles, ${model}`,
      figure: profileFigure({
        title: `Profile likelihoods, ${model}`,
        redraw,
        profiles,
        threshold: intervals.threshold,
      }),
      caption: `Twice the loss of log-likelihood when one parameter is held and all others are fitted again; an interval ends where the curve crosses ${intervals.threshold.toFixed(2)} (dashed). A curve that stays below is open: the data do not tell the parameter.`,
    },
  ];
}
