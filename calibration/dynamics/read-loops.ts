import { formatQuantity, inputError } from '../../core/index.js';
import { columnOf, type MeasuredFile, type MeasuredSeries, settingOf } from '../measured/index.js';
import { driveKnown } from './drive-between.js';
import { currentOf } from './loop-current.js';
import type { LoopData } from './loop-data.js';
import { type MeasuringCircuit, turnedCircuit } from './measuring-circuit.js';
import { frequencyByTimes, timesOf } from './time-base.js';

/** Fewer points are no loop. */
const MIN_POINTS = 16;
/** Loops of one file that are fitted together; a fit of hundreds of cycles says nothing that these do not. */
const MOST_LOOPS = 12;

/** Loops of a file, and what was left out. */
export interface ReadLoops {
  readonly loops: readonly LoopData[];
  readonly remarks: readonly string[];
}

/**
 * The loops of a measured file. The voltage that drives is the one applied where a circuit stands before the element, else that
 * measured at it. Points at the compliance are kept in time and not fitted.
 * @throws OhmpropError `dynamics.time-base` and others of `timesOf`, `dynamics.compliance`, `dynamics.no-current`
 */
export function loopsOf(file: MeasuredFile, circuit: MeasuringCircuit): ReadLoops {
  const swept = file.series.filter((series) => isLoop(series));
  const remarks =
    swept.length > MOST_LOOPS
      ? [`${file.path}: the first ${MOST_LOOPS} of ${swept.length} loops are fitted`]
      : [];
  const own = circuit.compliance_A ?? settingOf(file, 'compliance_A');
  const limited = own !== undefined && own > 0 ? { ...circuit, compliance_A: own } : circuit;
  const read = swept
    .slice(0, MOST_LOOPS)
    .map((series) => loopOf(file, series, limited, swept.length > 1, circuit.compliance_A !== undefined));
  const loops = read.map(({ loop }) => loop);
  const ranged = swept.slice(0, MOST_LOOPS).reduce((sum, series) => sum + rangeChanges(series).length, 0);
  return {
    loops,
    remarks: [
      ...remarks,
      ...read.flatMap(({ remarks: own }) => own),
      ...(ranged === 0
        ? []
        : [
            `${file.path}: the ammeter changed its range ${ranged} times; the first current after each change may carry a step of the instrument and is not fitted`,
          ]),
      ...loops.flatMap(betweenRemarks),
      ...loops.flatMap(resistanceRemarks),
    ],
  };
}

/** Less than leads and contacts have, Ω. */
const NO_CELL_OHM = 0.1;

/** What is to be said of a loop that no cell and its leads could have. */
function resistanceRemarks({ name, drive_V, current_A }: LoopData): string[] {
  const most = (values: Float64Array) => values.reduce((a, v) => (Math.abs(v) > a ? Math.abs(v) : a), 0);
  const [volts, amperes] = [most(drive_V), most(current_A)];
  if (volts >= NO_CELL_OHM * amperes) return [];
  return [
    `${name}: ${formatQuantity(amperes, 'A')} at ${formatQuantity(volts, 'V')} are ${formatQuantity(volts / amperes, 'ohm')}, less than leads and contacts have: are voltage and current exchanged, or a unit another?`,
  ];
}

/** Of the span of a smooth voltage: what may be open between samples without a word. */
const OPEN = 5e-4;
/** Samples of a pulse below which its width is known to no better than a twentieth. */
const FEW_OF_PULSE = 20;

/** What is to be said of a voltage that its samples do not tell well enough. */
function betweenRemarks(loop: LoopData): string[] {
  const { name, drive_V, times_s, frequency_Hz } = loop;
  const { own_Hz, other } = frequencyByTimes(loop);
  const { within_V, jumps, shortest } = driveKnown({ times_s, drive_V });
  const span_V = drive_V.reduce((a, b) => Math.max(a, b)) - drive_V.reduce((a, b) => Math.min(a, b));
  return [
    ...(frequency_Hz !== undefined && other
      ? [
          `${name}: by the times of its samples the voltage goes round at ${formatQuantity(own_Hz, 'Hz')}, and its name or an answer says ${formatQuantity(frequency_Hz, 'Hz')}: one of them is wrong. The times are what is fitted`,
        ]
      : []),
    ...(within_V > OPEN * span_V
      ? [
          `${name}: between its samples the voltage is known to about ${formatQuantity(within_V, 'V', 2)} only (${((100 * within_V) / span_V).toFixed(1)} % of its span); thresholds and speeds may be further from the truth than their intervals say. Measure more samples a period`,
        ]
      : []),
    ...(jumps > 1 && shortest < FEW_OF_PULSE
      ? [
          `${name}: the voltage jumps, and its shortest pulse is ${shortest} samples long: how long it was is known to one sample, ${(100 / shortest).toFixed(0)} %, and so are speeds. Sample pulses more closely`,
        ]
      : []),
  ];
}

function isLoop(series: MeasuredSeries): boolean {
  const current = columnOf(series, 'current_A');
  const voltage = columnOf(series, 'voltage_V') ?? columnOf(series, 'appliedVoltage_V');
  return current !== undefined && voltage !== undefined && current.values.length >= MIN_POINTS;
}

function loopOf(
  file: MeasuredFile,
  series: MeasuredSeries,
  circuit: MeasuringCircuit,
  several: boolean,
  stated: boolean,
): { readonly loop: LoopData; readonly remarks: readonly string[] } {
  const applied = columnOf(series, 'appliedVoltage_V');
  const measured = columnOf(series, 'voltage_V');
  const outside = circuit.series_ohm > 0 || circuit.compliance_A !== undefined;
  const voltage = ((outside ? applied : measured) ?? measured ?? applied)!.values;
  const time = columnOf(series, 'time_s');
  const rows = Array.from(voltage.keys()).filter((row) => Number.isFinite(voltage[row]));
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]);
  const drive_V = pick(voltage);
  const plain = file.path.replace(/^.*\//, '');
  const name = several ? `${plain}, ${series.name}` : plain;
  const [rate_Hz, frequency_Hz] = [settingOf(file, 'rate_Hz'), settingOf(file, 'frequency_Hz')];
  const times_s = timesOf(
    drive_V,
    {
      ...(time !== undefined && time.unit === 's' && { times_s: pick(time.values) }),
      ...(rate_Hz !== undefined && rate_Hz > 0 && { rate_Hz }),
      ...(frequency_Hz !== undefined && frequency_Hz > 0 && { frequency_Hz }),
    },
    name,
  );
  const { current_A, held, circuit: shown, remarks } = currentOf(series, circuit, name, stated);
  const changes = new Set(rangeChanges(series));
  const loop: LoopData = {
    name,
    cell: series.cell ?? file.inName?.cell ?? '',
    times_s,
    drive_V,
    current_A: pick(current_A),
    fitted: Uint8Array.from(rows, (row) =>
      held[row] === 0 && !changes.has(row) && Number.isFinite(current_A[row]) ? 1 : 0,
    ),
    ...(frequency_Hz === undefined ? {} : { frequency_Hz }),
    circuit: shown,
  };
  requireCurrent(loop);
  return { loop, remarks };
}

/** @throws OhmpropError `dynamics.no-current`, exit code 2, where no point is left that could be fitted */
function requireCurrent({ name, current_A, fitted }: LoopData): void {
  if (current_A.some((i, at) => fitted[at] === 1 && i !== 0)) return;
  throw inputError(
    'dynamics.no-current',
    fitted.some((is) => is === 1)
      ? `${name}: its current is 0 at every point: nothing flows, and there is nothing to fit. Is it the right column, in the right unit?`
      : `${name}: no point is left to fit: the current is held by the instrument, or was not read, at all of them`,
  );
}

/** Rows, from 0, at which the ammeter changed its range: their current may carry a step that is not the cell's. */
const rangeChanges = ({ currentRanges = [] }: MeasuredSeries): number[] =>
  currentRanges.slice(1).map(({ row }) => row - 1);

/** A loop the other way round. */
export function turned(loop: LoopData): LoopData {
  return {
    ...loop,
    drive_V: loop.drive_V.map((v) => -v),
    current_A: loop.current_A.map((i) => -i),
    circuit: turnedCircuit(loop.circuit),
  };
}
