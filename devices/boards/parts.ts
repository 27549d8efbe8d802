import { RandomStream } from '../../core/index.js';
import { type DiodeParameters, defaultDiode } from '../elements/index.js';
import { type BoardCalibration, nominalCalibration } from './calibration.js';
import type { BoardProfile } from './profile.js';

/** A converter: what comes out is in · gain + offset_V + bow_V · shape, where shape is 0 at both ends and 1 in the middle. */
export interface ConverterParts {
  readonly gain: number;
  readonly offset_V: number;
  /** Integral non-linearity, V. */
  readonly bow_V: number;
}

/** The actual parts of one board. */
export interface BoardParts {
  readonly profile: BoardProfile;
  /** What was drawn, for manifests: a seed and the spread, or `nominal`. */
  readonly name: string;
  readonly calibration: BoardCalibration;
  /** One a source: the converter or rail behind it. */
  readonly sources: readonly ConverterParts[];
  /** One an output: the converter behind its nudge. */
  readonly nudges: readonly ConverterParts[];
  /** One a source, Ω: the switch in front of it. */
  readonly sourceResistance_ohm: readonly number[];
  /** One an output: what a volt of its nudge injects, S. */
  readonly nudgeConductance_S: readonly number[];
  /** One an output: what its nudge loads it with, S. */
  readonly nudgeLoad_S: readonly number[];
  /** Of every hidden node, its diodes in the profile's order. */
  readonly diodes: readonly (readonly DiodeParameters[])[];
  /** Into each node, A. */
  readonly leakage_A: readonly number[];
  /** The middle potential where the diodes return to it, against that of the converters, V. */
  readonly middle_V: number;
  /** One a node. */
  readonly readers: readonly ConverterParts[];
  /** Of one conversion, V rms. */
  readonly noise_V: number;
}

/** How far drawn potentiometers lie from their data sheet, as shares of the end-to-end resistance. */
export interface PartSpread {
  /** End-to-end tolerance, uniform ±, common to a chip. Default 0.2. */
  readonly chip?: number;
  /** Instead of `chip`: each pot apart, uniform ±. */
  readonly mismatch?: number;
  /** Gain of the converter that reads nodes, uniform ±. Default 0.002. */
  readonly readerGain?: number;
}

const ideal: ConverterParts = { gain: 1, offset_V: 0, bow_V: 0 };

/** Every part as its data sheet says, and no noise. */
export function nominalParts(profile: BoardProfile): BoardParts {
  const diode = { ...defaultDiode, ...profile.diode };
  return {
    profile,
    name: 'nominal',
    calibration: nominalCalibration(profile),
    sources: Array.from({ length: profile.sources }, () => ideal),
    nudges: Array.from({ length: profile.outputs }, () => ideal),
    sourceResistance_ohm: Array.from({ length: profile.sources }, (_, s) =>
      s < profile.sources - 2 ? profile.switch_ohm : 0,
    ),
    nudgeConductance_S: Array.from({ length: profile.outputs }, () => profile.nudgeConductance_S),
    nudgeLoad_S: Array.from({ length: profile.outputs }, () => profile.nudgeLoad_S),
    diodes: Array.from({ length: profile.hidden }, (_, j) => profile.diodes(j).map(() => diode)),
    leakage_A: new Array<number>(profile.hidden + profile.outputs).fill(0),
    middle_V: 0,
    readers: Array.from({ length: profile.hidden + profile.outputs }, () => ideal),
    noise_V: 0,
  };
}

/**
 * The parts of one board, drawn from its seed. Each kind of part has a stream of its own, so a spread that is changed
 * does not shift the others. Spreads are those of ordinary parts: pots ±20 % a chip and ±1 % inside it, wipers ±50 %,
 * steps 10 % rms, diodes' saturation current a factor e^0.5, 20 nA rms of leakage, converters of 12 bits with ±0.2 % of
 * gain, a few mV of offset and up to a step of bow, the profile's noise a conversion; switches ±20 %.
 */
export function drawParts(profile: BoardProfile, seed: number, spread: PartSpread = {}): BoardParts {
  const stream = (name: string) => new RandomStream(seed, `board/${name}`);
  const nominal = nominalParts(profile);
  const dac = stream('dac');
  const adc = stream('adc');
  const diode = stream('diode');
  const load = stream('load');
  const leak = stream('leakage');
  const pump = stream('pump-load');
  const switches = stream('switch');
  const step_V = profile.reader.step_V;
  const common_V = adc.between(-5e-3, 5e-3);
  const gainSpread = spread.readerGain ?? 2e-3;
  const adcGain = 1 + adc.between(-gainSpread, gainSpread);
  const nudgeConductance_S = nominal.nudgeConductance_S.map((g) => g / (1 + load.between(-0.01, 0.01)));
  return {
    profile,
    name: `seed ${seed}, ${spread.mismatch === undefined ? `chips ±${100 * (spread.chip ?? 0.2)} %` : `each pot ±${100 * spread.mismatch} %`}`,
    calibration: { name: `parts of seed ${seed}`, resistance_ohm: drawPots(profile, stream('pots'), spread) },
    sources: nominal.sources.map(() => converter(dac, 2e-3, 3e-3, 1e-3)),
    nudges: nominal.nudges.map(() => converter(dac, 2e-3, 3e-3, 1e-3)),
    sourceResistance_ohm: nominal.sourceResistance_ohm.map((r) => r * (1 + switches.between(-0.2, 0.2))),
    nudgeConductance_S,
    nudgeLoad_S: profile.nudgeLoads
      ? nudgeConductance_S
      : nominal.nudgeLoad_S.map((g) => g * (1 + pump.between(-0.01, 0.01))),
    diodes: nominal.diodes.map((group) =>
      group.map((d) => ({ ...d, IS: d.IS * Math.exp(0.5 * diode.normal()) })),
    ),
    leakage_A: nominal.leakage_A.map(() => 20e-9 * leak.normal()),
    middle_V: stream('supply').between(-5e-3, 5e-3),
    readers: nominal.readers.map(() => ({
      gain: adcGain,
      offset_V: common_V,
      bow_V: adc.between(-step_V, step_V),
    })),
    noise_V: profile.reader.noise_V,
  };
}

function converter(stream: RandomStream, gain: number, offset_V: number, bow_V: number): ConverterParts {
  return {
    gain: 1 + stream.between(-gain, gain),
    offset_V: stream.between(-offset_V, offset_V),
    bow_V: stream.between(-bow_V, bow_V),
  };
}

function drawPots(profile: BoardProfile, stream: RandomStream, spread: PartSpread): Float64Array[] {
  const { potsPerChip, potResistance_ohm, wiper_ohm, series_ohm } = profile;
  const chipSpread = spread.chip ?? 0.2;
  const tables: Float64Array[] = [];
  let chip = 1;
  for (let pot = 0; pot < profile.pots; pot++) {
    // A sub-stream a pot, so that a table's length does not shift the next pot.
    const own = stream.at(pot);
    if (pot % potsPerChip === 0) chip = 1 + stream.at(pot, 1).between(-chipSpread, chipSpread);
    const common = spread.mismatch === undefined ? chip : 1 + own.between(-spread.mismatch, spread.mismatch);
    const endToEnd_ohm = potResistance_ohm * common * (1 + 0.01 * own.normal());
    const table = new Float64Array(257);
    table[0] = series_ohm + wiper_ohm * (1 + own.between(-0.5, 0.5));
    for (let tap = 1; tap <= 256; tap++) {
      table[tap] = table[tap - 1] + (endToEnd_ohm / 256) * Math.max(0.1, 1 + 0.1 * own.normal());
    }
    tables.push(table);
  }
  return tables;
}

/** What a converter makes of a potential, V, without its steps: `span_V` is half its range. */
export function converted_V(parts: ConverterParts, value_V: number, span_V: number): number {
  const shareOfSpan = value_V / span_V;
  return value_V * parts.gain + parts.offset_V + parts.bow_V * (1 - shareOfSpan * shareOfSpan);
}
