import type { Coding, ParameterGroup, Unit } from '../contract/index.js';

/** What a device is made for: its inputs, its outputs, and what `network.settings` of the configuration says. */
export interface DeviceSize {
  readonly inputs: number;
  readonly outputs: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** One array of parameters. */
export interface DescribedGroup {
  /** Row-major. */
  readonly shape: readonly number[];
  readonly role?: ParameterGroup['role'];
  /** `S` where left out. */
  readonly unit?: Unit;
  readonly min: number;
  readonly max: number;
  /** Where entries begin: drawn evenly between two values, from the seed. */
  readonly start: readonly [low: number, high: number];
}

/** Parameters by the names of their groups, row-major. */
export type DescribedParameters = Readonly<Record<string, Float64Array>>;

/**
 * What pulls the outputs: into output k flows `current[k] − conductance[k]·v_k`. Both are 0 in a free phase. [outputs] each.
 */
export interface DescribedNudge {
  readonly current: Float64Array;
  readonly conductance: Float64Array;
}

/** A network said by its equations. Everything is of one sample: x its inputs, v the states of its nodes, the outputs last. */
export interface DeviceDescription {
  /** Nodes that settle, group by group, the outputs last; the outputs alone where left out. */
  layers?(size: DeviceSize): readonly number[];
  parameters(size: DeviceSize): Readonly<Record<string, DescribedGroup>>;
  /** Fills v with the states at rest; v holds what it held before: 0 at first. */
  settle(p: DescribedParameters, x: Float64Array, v: Float64Array, nudge: DescribedNudge): void;
  /** Fills out with ∂E/∂p at a rest state, of the energy E whose minimum `settle` finds: what a parameter can see itself. */
  slopes(p: DescribedParameters, x: Float64Array, v: Float64Array, out: DescribedParameters): void;
  /** Dissipated power, W. */
  power_W?(p: DescribedParameters, x: Float64Array, v: Float64Array): number;
  /**
   * The lowest conductance at an output, below 0, under which it still settles. Where left out, outputs are pulled by held currents alone,
   * which no network loses its rest by.
   */
  lowestNudge?(p: DescribedParameters): number;
  /** Of inputs and nodes; `V` where left out. */
  readonly nodeUnit?: 'V' | '1';
  /** Features as inputs 0 … 1, classes as outputs 0 or 1, where left out. */
  readonly coding?: Coding;
}
