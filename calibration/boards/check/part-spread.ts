import type { BoardParts, BoardProfile } from '../../../devices/boards/index.js';

/** What is known of a board's parts before its nodes are read. */
export interface KnownParts {
  /** Most likely. */
  readonly parts: BoardParts;
  /** How far each kind of part may be from that. */
  readonly spread: PartDeviations;
  /** Pots that are known to be anything at all: stuck or dead ones that are masked. */
  readonly masked?: ReadonlySet<number>;
  /** Where both come from, for people: `data sheets`, `calibration of 2026-11-26`. */
  readonly by: string;
}

/** Standard deviations of a board's parts around what is known of them. */
export interface PartDeviations {
  /** Of ln R, common to the pots of a chip. */
  readonly chip: number;
  /** Of ln R of each pot. */
  readonly pot: number;
  /** A step between two taps, as a share of the mean one: independent steps add up along the way. */
  readonly step: number;
  /** Of a wiper's own resistance, as a share. */
  readonly wiper: number;
  readonly sourceGain: number;
  readonly sourceOffset_V: number;
  readonly sourceBow_V: number;
  readonly nudgeOffset_V: number;
  /** Of ln of its conductance. */
  readonly nudge: number;
  /** Of ln of what it loads its output with, where that is not the same part. */
  readonly load: number;
  /** Of ln of a switch's resistance. */
  readonly switch: number;
  /** Of ln of a diode's saturation current. */
  readonly diode: number;
  readonly leakage_A: number;
  readonly middle_V: number;
  readonly readerGain: number;
  /** Common to all nodes. */
  readonly readerOffset_V: number;
  /** Of each node, in steps of its converter. */
  readonly reader_steps: number;
}

/** Half a width of a uniform tolerance as a standard deviation. */
const uniform = 1 / Math.sqrt(3);

/**
 * By data sheets and ordinary parts: MCP4351 ±20 % a chip, 1 % between its pots, wipers ±50 %, steps 10 % rms; switches ±20 %; MCP4822 ±0.2 %, 3 mV;
 * converters that read ±0.2 %, 5 mV together and a step each; diodes a factor e^0.5; 20 nA of leakage.
 */
export const dataSheetSpread: PartDeviations = {
  chip: 0.2 * uniform,
  pot: 0.01,
  step: 0.1,
  wiper: 0.5 * uniform,
  sourceGain: 2e-3 * uniform,
  sourceOffset_V: 3e-3 * uniform,
  sourceBow_V: 1e-3 * uniform,
  nudgeOffset_V: 3e-3 * uniform,
  nudge: 0.01 * uniform,
  load: 0.01 * uniform,
  switch: 0.2 * uniform,
  diode: 0.5,
  leakage_A: 20e-9,
  middle_V: 5e-3 * uniform,
  readerGain: 2e-3 * uniform,
  readerOffset_V: 5e-3 * uniform,
  reader_steps: uniform,
};

/**
 * Around a calibration: what it leaves open (a single step of a pot, a part in a thousand elsewhere) and what drifts with temperature
 * and time since: 0.2 % of a pot, half a millivolt of converters, 5 % of a diode's saturation current (half a kelvin), half of the leakage.
 */
export const calibratedSpread: PartDeviations = {
  chip: 2e-3,
  pot: 3e-3,
  step: 0.02,
  wiper: 0.05,
  sourceGain: 3e-4,
  sourceOffset_V: 0.5e-3,
  sourceBow_V: 0.3e-3,
  nudgeOffset_V: 0.5e-3,
  nudge: 2e-3,
  load: 5e-3,
  switch: 0.05,
  diode: 0.05,
  leakage_A: 10e-9,
  middle_V: 1e-3,
  readerGain: 3e-4,
  readerOffset_V: 1e-3,
  reader_steps: 0.5,
};

/** Standard deviation of ln R of a pot at a tap, its chip left out. */
export function potDeviation(profile: BoardProfile, spread: PartDeviations, tap: number): number {
  const { wiper_ohm, series_ohm, potResistance_ohm } = profile;
  const step_ohm = potResistance_ohm / 256;
  const all_ohm = series_ohm + wiper_ohm + tap * step_ohm;
  const way_ohm = tap * step_ohm * spread.pot;
  const steps_ohm = Math.sqrt(tap) * step_ohm * spread.step;
  return Math.hypot(way_ohm, steps_ohm, wiper_ohm * spread.wiper) / all_ohm;
}
