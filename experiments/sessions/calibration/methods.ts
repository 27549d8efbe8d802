import type { AnalysedFile } from '../../../calibration/batch/index.js';
import { formatQuantity } from '../../../core/index.js';
import { type CellRow, sharedRead } from './cell-rows.js';

/** The methods paragraph: every estimator that a number on the page came from, by its name. */
export function methodsOf(
  files: readonly AnalysedFile[],
  rows: readonly CellRow[],
  version: string,
): string[] {
  const switching = rows.filter(({ loops }) => loops.verdict.switches);
  const methods: string[] = [];
  if (rows.length > 0) {
    methods.push(
      'Each swept cell was judged before anything was found of it (open, shorted, ohmic, capacitive, rectifying, volatile, unipolar, bipolar, or unclear); what does not switch has no set or reset voltage and no model.',
    );
  }
  if (switching.length > 0) {
    methods.push(...new Set(switching.map(({ loops }) => `${loops.rules}.`)));
    methods.push(
      'An event lies between two measured voltages; the one with the new state is printed, both are in cycles.csv, and a cycle without the event up to its largest voltage is right-censored there.',
      `Conductances of both states were read ${readText(switching)}; the window is G_on/G_off at that voltage.`,
      'Points at the compliance are censored: in no reading and no fit. Forming is apart from the cycles. Numbers of a cell are medians of its cycles.',
    );
  }
  if (rows.some(({ loops }) => loops.verdict.resistance_Ohm !== undefined)) {
    methods.push('Resistances of ohmic cells are slopes of a straight line with offset by least squares.');
  }
  const summaries = [
    ...switching.flatMap(({ loops }) => loops.summaries),
    ...files.flatMap(({ features }) => features.endurance.flatMap((table) => table.summaries)),
  ];
  if (summaries.length > 0) {
    const [plan] = summaries.flatMap(({ distributions }) => distributions?.plan ?? []);
    methods.push(
      `Intervals are of 95 %. Of fewer than 200 cycles, and of cells, which have no order: of medians by order statistics (Hettmansperger and Sheather), or by Student’s t of logarithms where dependent cycles are worth fewer than 12, of means by Student’s t, of spreads by Bonett’s, of laws by the profile of the likelihood with the drop of Student’s t; dependent neighbours lower the number of cycles to what an AR(1) with their lag 1 and half its standard error is worth; fewer than 8 give none. Of 200 cycles and more: percentiles of a block bootstrap, which keeps the dependence between cycles${plan === undefined ? '' : ` (${planText(plan)})`}.`,
    );
  }
  if (summaries.some(({ distributions }) => distributions !== undefined)) {
    methods.push(
      'Weibull, lognormal and normal laws were fitted by maximum likelihood, events between two voltages as intervals and events not seen as right-censored; the Weibull shape by rank regression (F = (i − 0.3)/(n + 0.4), line through ln(−ln(1 − F)) over ln x) is printed beside it. ΔAIC is scaled to the effective number of cycles; laws within 4 of the best are not told apart.',
    );
  }
  const spreads = switching.length > 1;
  if (spreads)
    methods.push(
      'Spreads from device to device and from cycle to cycle are variance components: nested analysis of variance by moments for groups of any size, intervals by the modified large-sample method; where no device has a second cycle the two cannot be separated.',
    );
  methods.push(
    ...new Set(
      files.flatMap(({ features }) => features.relaxation.map(({ method }) => `Relaxation: ${method}.`)),
    ),
  );
  const { retention, noise } = {
    retention: files.flatMap(({ features }) => features.retention),
    noise: files.flatMap(({ features }) => features.noise),
  };
  if (retention.length > 0) methods.push(...new Set(retention.map(({ method }) => `Retention: ${method}.`)));
  if (noise.length > 0) {
    methods.push(
      ...new Set(
        noise.flatMap(({ spectrum }) =>
          spectrum === undefined ? [] : [`Power spectral densities: ${spectrum.estimator}.`],
        ),
      ),
      ...new Set(
        noise.flatMap(({ exponent }) =>
          exponent === undefined ? [] : [`Exponent: ${exponent.binned.method}.`],
        ),
      ),
      'Two levels (telegraph noise) are modes of the histogram with a valley between them, at least five σ of a read apart, changed between at least four times and suddenly.',
    );
  }
  const trains = files.flatMap((file) => file.trains?.cells ?? []);
  if (trains.length > 0) {
    methods.push(
      'NL of pulse trains was found on the data, by least squares of NeuroSim’s exponential over the pulse numbers of the file: ends fixed, the curve passes through the first and last measured value; ends free, offset and scale are fitted too. A depression listed from low to high was read backwards. Outliers are points further than 6 σ from a robust parabola through their neighbours; labels are printed with and without them. The symmetry point is where the steps of the two curves with free ends cancel.',
    );
    methods.push(
      trains.some(({ noise }) => noise.up !== undefined || noise.down !== undefined)
        ? 'Cycle-to-cycle noise is from repeated trains (moments of the increments), never from residuals of a fit.'
        : 'Without repeated trains, noise of pulses, writes and reads cannot be separated; residuals of the fits, which hold what the curve misses as well, give a lower bound of the states.',
    );
  }
  methods.push(`Analysis: ohmprop ${version}.`);
  return methods;
}

function readText(rows: readonly CellRow[]): string {
  const reads = rows.map(({ loops }) => loops.readVoltage);
  const froms = new Set(reads.map(({ from }) => from));
  const { read_V, apart } = sharedRead(rows);
  const at = `at ${formatQuantity(read_V ?? Number.NaN, 'V')}${apart.length === 0 ? '' : `, of ${apart.length} of ${rows.length} cells elsewhere, as the table says`}`;
  const said =
    froms.size > 1 && !froms.has('common')
      ? ''
      : {
          asked: ' (as asked)',
          file: ' (as the file says)',
          chosen: ' (chosen, as nobody said: --read)',
          common:
            ' (one voltage for all, the largest that every cell can be read at before it switches: --read names another)',
        }[froms.has('common') ? 'common' : [...froms][0]];
  return `${at}${said}`;
}

function planText({ block, repeats, seed }: { block: number; repeats: number; seed: number }): string {
  return `blocks of ${block}, ${repeats} repetitions, seed ${seed}`;
}
