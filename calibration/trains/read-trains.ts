import { columnOf, type MeasuredFile, type MeasuredSeries, settingOf } from '../measured/index.js';
import { type AmplitudeRamp, amplitudeRamp } from './amplitude-ramp.js';
import { cutTrains, type Part } from './cut-trains.js';
import { amplitudesOf, constantOf, risesByAmplitude, unlikeWidths } from './identical-pulses.js';
import { type MeasuredTrain, somePoints, type TrainPoints } from './measured-train.js';
import { whyUnmoved } from './moves.js';
import { orientTrain } from './orientation.js';
import { readsAmongWrites } from './reads-among-writes.js';
import { withoutRests } from './rests.js';

/** What a file holds for whoever wants its pulse trains. */
export interface TrainsOfFile {
  readonly trains: readonly MeasuredTrain[];
  readonly ramps: readonly AmplitudeRamp[];
  /** Series of trains that none was made of, with the reason. */
  readonly refused: readonly RefusedTrain[];
  /** Sentences: rows left out, rows at or below zero, what was turned round, what is not known. */
  readonly remarks: readonly string[];
}

/** A series, or a part of it, that is no train. */
export interface RefusedTrain {
  readonly series: string;
  readonly reason: string;
  readonly cell?: string;
  /** Of a cell that no pulse moves: what was read [S], as a cell that is stuck counts among those that were pulsed. */
  readonly unmoved_S?: Float64Array;
}

/** Fewest reads that are a train. */
const MIN_POINTS = 4;

/** Pulse trains of a file, oriented, in S where that can be known; amplitude ramps apart, as their pulses are not identical. */
export function trainsOf(file: MeasuredFile): TrainsOfFile {
  const trains: MeasuredTrain[] = [];
  const ramps: AmplitudeRamp[] = [];
  const refused: RefusedTrain[] = [];
  const remarks: string[] = [];
  /** Trains whose direction is known by what they do alone. */
  const guessed = new Set<MeasuredTrain>();
  for (const whole of file.series) {
    if (whole.kind !== 'train' && whole.kind !== 'amplitude-ramp') continue;
    const name = file.series.length === 1 ? file.path : `${file.path}, ${whole.name}`;
    const reads = readsAmongWrites(whole, settingOf(file, 'readVoltage_V'));
    if (reads !== undefined) remarks.push(`${name}: ${reads.remark}`);
    const series = reads?.series ?? whole;
    const amplitudes = amplitudesOf(series);
    if (series.kind === 'amplitude-ramp' || risesByAmplitude(amplitudes)) {
      const ramp = amplitudeRamp(series, name);
      if (ramp === undefined)
        refused.push({ series: name, reason: 'no conductance or resistance over the amplitude' });
      else ramps.push(ramp);
      continue;
    }
    const unlike = unlikeWidths(columnOf(series, 'width_s')?.values);
    if (unlike !== undefined) {
      refused.push({ series: name, reason: unlike });
      continue;
    }
    const found = statesOf(series, reads?.readVoltage_V ?? settingOf(file, 'readVoltage_V'));
    if (found === undefined) {
      refused.push({ series: name, reason: 'no column of conductance, resistance or current' });
      continue;
    }
    remarks.push(...found.remarks.map((text) => `${name}: ${text}`));
    const pieces = cutTrains(series, found.points, amplitudes);
    if (typeof pieces === 'string') {
      refused.push({ series: name, reason: pieces });
      continue;
    }
    const rested = withoutRests(pieces.parts);
    const cut = {
      parts: rested.parts,
      remarks: [...pieces.remarks, ...(rested.remark === undefined ? [] : [rested.remark])],
    };
    remarks.push(...cut.remarks.map((text) => `${name}: ${text}`));
    for (const part of cut.parts) {
      const { points, direction, amplitude_V } = part;
      const more = cut.parts.filter((other) => other.direction === direction).length > 1;
      const title = cut.parts.length === 1 ? name : `${name}, ${direction}${more ? ` ${part.cycle}` : ''}`;
      const { reversed, ...oriented } = orientTrain(points, direction);
      const reason = whyNoTrain(part, reversed);
      if (reason !== undefined) {
        const still = found.unit === 'S' && whyUnmoved(points.states) !== undefined;
        refused.push({
          series: title,
          reason,
          ...(series.cell === undefined ? {} : { cell: series.cell }),
          ...(still ? { unmoved_S: points.states } : {}),
        });
        continue;
      }
      const doubted =
        part.guessed === true
          ? trains.find((other) => other.direction === direction && guessed.has(other))
          : undefined;
      if (doubted !== undefined) {
        refused.push({
          series: name,
          reason: `it ${direction === 'up' ? 'rises' : 'falls'} as ${doubted.name} does: a repetition, or the other polarity listed from its end? Head the columns LTP and LTD`,
        });
        continue;
      }
      if (reversed) remarks.push(`${title}: listed from its end (NeuroSim's convention); read backwards`);
      const amplitude = amplitude_V ?? settingOf(file, 'amplitude_V');
      const width = settingOf(file, 'width_s');
      const train: MeasuredTrain = {
        ...oriented,
        name: title,
        direction,
        unit: found.unit,
        reversed,
        counted: found.counted,
        ...(series.cell === undefined ? {} : { cell: series.cell }),
        ...(part.cycle === undefined ? {} : { cycle: part.cycle }),
        ...(found.readVoltage_V === undefined ? {} : { readVoltage_V: found.readVoltage_V }),
        ...(amplitude === undefined ? {} : { amplitude_V: amplitude }),
        ...(width === undefined ? {} : { width_s: width }),
      };
      trains.push(train);
      if (part.guessed === true) guessed.add(train);
    }
  }
  return { trains, ramps, refused, remarks };
}

/** Why a part of a series is no train, or undefined. @param reversed it goes the other way than its pulses drive */
function whyNoTrain({ points, direction, inTurn }: Part, reversed: boolean): string | undefined {
  const reads = points.states.length;
  if (reads < MIN_POINTS) return `${reads} reads; a train takes at least ${MIN_POINTS}`;
  const unmoved = whyUnmoved(points.states);
  // a depression listed from its end is NeuroSim's convention, a potentiation nobody's
  if (unmoved !== undefined || !reversed || (direction === 'down' && inTurn !== true)) return unmoved;
  const [called, goes] = direction === 'up' ? ['potentiation', 'falls'] : ['depression', 'rises'];
  return `it is called ${called} and ${goes} from pulse to pulse: are the headings exchanged, is it a resistance, or is it listed from its end? Head it the other way, or turn its rows`;
}

interface States {
  readonly points: TrainPoints;
  readonly unit: MeasuredTrain['unit'];
  readonly readVoltage_V?: number;
  readonly counted: boolean;
  readonly remarks: readonly string[];
}

function statesOf(series: MeasuredSeries, setVoltage_V: number | undefined): States | undefined {
  const conductance = columnOf(series, 'conductance_S');
  const resistance = columnOf(series, 'resistance_Ohm');
  const current = columnOf(series, 'current_A');
  const column = conductance ?? resistance ?? current;
  if (column === undefined) return undefined;
  const remarks: string[] = [];
  const voltage = columnOf(series, 'voltage_V')?.values;
  // a column of one voltage beside a current is what it was read at
  const read = setVoltage_V ?? (voltage === undefined ? undefined : constantOf(voltage));
  let unit: MeasuredTrain['unit'] = column.unit === '' ? '' : 'S';
  const value = (row: number): number => {
    const v = column.values[row];
    if (column === resistance) return 1 / v;
    return column === current && read !== undefined ? v / read : v;
  };
  if (column === current && column.unit !== '' && read === undefined) {
    unit = 'A';
    remarks.push('a current; the read voltage is needed for conductances (--answer readVoltage=0.1V)');
  }
  const all = column.values.length;
  const rows = Uint32Array.from({ length: all }, (_, row) => row);
  const own = columnOf(series, 'pulse')?.values;
  const timed = own === undefined ? pulsesOfTimes(columnOf(series, 'time_s')?.values) : undefined;
  if (timed !== undefined) {
    remarks.push(
      'no pulse numbers; times stand for them, one pulse a row on the average: labels do not depend on that, steps a pulse do',
    );
  }
  const numbers = own ?? timed;
  const points: TrainPoints = {
    pulses: Float64Array.from(rows, (row) => numbers?.[row] ?? row),
    states: Float64Array.from(rows, value),
    rows,
  };
  const censored = (at: number): boolean => series.censored?.[at] === 1;
  const good = somePoints(
    points,
    (at) => Number.isFinite(points.states[at]) && Number.isFinite(points.pulses[at]) && !censored(at),
  );
  const lost = all - good.states.length;
  if (lost > 0) remarks.push(`${lost} of ${all} rows left out: no number, overrange, or at the compliance`);
  const below = good.rows.filter((_, at) => good.states[at] <= 0);
  if (below.length > 0) {
    remarks.push(
      `${below.length} value${below.length === 1 ? '' : 's'} at or below zero (row ${[...below.slice(0, 8)].map((row) => row + 1).join(', ')}${below.length > 8 ? ', …' : ''} of its series): no conductance of a cell, kept for the curve's shape`,
    );
  }
  return {
    points: good,
    unit,
    remarks,
    counted: numbers !== undefined,
    ...(read === undefined ? {} : { readVoltage_V: read }),
  };
}

/** Pulses come evenly in time: times that only rise or only fall are pulse numbers but for their unit, one a row on the average. */
function pulsesOfTimes(times: Float64Array | undefined): Float64Array | undefined {
  const finite = times?.filter(Number.isFinite);
  if (times === undefined || finite === undefined || finite.length < MIN_POINTS) return undefined;
  const way = Math.sign(finite[finite.length - 1] - finite[0]);
  if (way === 0 || finite.some((t, i) => i > 0 && Math.sign(t - finite[i - 1]) === -way)) return undefined;
  const each = Math.abs(finite[finite.length - 1] - finite[0]) / (finite.length - 1);
  return times.map((t) => (t - finite[0]) / each);
}
