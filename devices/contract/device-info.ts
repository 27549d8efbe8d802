import type { Coding } from './coding.js';

/** SI unit of a node or of a nudge; `1` where a model is dimensionless. */
export type Unit = 'V' | 'A' | 'S' | '1';

/** How the output can be pulled towards its target: through a conductance, by an injected current, or held there. */
export type NudgeKind = 'conductance' | 'current' | 'clamp';

/** One named array of programmable parameters. */
export interface ParameterGroup {
  /** For instance `g1`, `b1`: conductances into layer 1, bias current sources of layer 1. */
  readonly name: string;
  readonly role: 'conductance' | 'weight' | 'bias';
  /** The layer that the group feeds, 1 … number of layers. */
  readonly layer: number;
  /** Row-major `[rows × columns]`: rows are the nodes of the layer before, columns those of `layer`. A bias has one row. */
  readonly rows: number;
  readonly columns: number;
  /** Unit of an entry. */
  readonly unit: Unit;
  /** Window of an entry, in `unit`; may be ±Infinity. */
  readonly min: number;
  readonly max: number;
}

/** What a device says of itself; everything that works through the contract reads it from here. */
export interface DeviceInfo {
  /** For people: `layered resistive network 784×2-100-10`. */
  readonly name: string;
  /** Signals in a drive. A device that doubles or amplifies them does so inside. */
  readonly inputs: number;
  /** Nodes of each layer that settles: hidden layers, then the output layer. */
  readonly layers: readonly number[];
  /** Unit of inputs, node states and targets. */
  readonly nodeUnit: Unit;
  /** Unit of the nudge strength β. */
  readonly nudgeUnit: Unit;
  readonly groups: readonly ParameterGroup[];
  readonly precision: 'float64' | 'float32' | 'quantized';
  /** Which node states an equilibrium can give. */
  readonly observes: 'all' | 'outputs';
  readonly nudges: readonly NudgeKind[];
  /** The same drive and the same parameters give the same equilibrium, bit for bit. */
  readonly deterministic: boolean;
  /** How far two honest answers may differ. */
  readonly tolerances: DeviceTolerances;
  /** The device carries an update out by itself (a board's firmware), the host only asks for it. */
  readonly updatesItself: boolean;
  /** How features become inputs and outputs become classes, unless the configuration says otherwise. */
  readonly coding: Coding;
}

export interface DeviceTolerances {
  /** Largest difference of a node between two settlings of the same drive, in `nodeUnit`. */
  readonly node: number;
  /** Of a gradient against float64 at the same β, relative to its largest entry. */
  readonly gradient: number;
  /** Of a parameter written and read back, relative to the group's largest entry. */
  readonly parameter: number;
}
