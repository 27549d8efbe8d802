import type { Coding } from './coding.js';
import type { CostName } from './cost-laws.js';
import type { OptimizerKind } from './optimizer.js';
import type { NodeReadOut } from './read-out.js';

/** SI unit of a node or of a nudge; `1` where a model is dimensionless. */
export type Unit = 'V' | 'A' | 'S' | '1';

/**
 * How the output can be pulled towards its target: through a conductance; by a current that follows the outputs while they move; by one
 * that is worked out from the free outputs and held. Or held there itself: `clamp` sets it to v + β(y − v), v the free output and β a
 * share (coupled learning; Stern et al. 2021, PRX 11:021045). `adjoint` is a current that is held in the linearised network, whose
 * diodes stay as the free phase has them: a centered contrast of it is the exact gradient at any β; of simulations alone.
 */
export type NudgeKind = 'conductance' | 'current' | 'current-held' | 'clamp' | 'adjoint';

/** Whether a nudge is worked out from the free outputs, so that no conductance is added and any β is borne. */
export function isFromFreeOutputs(kind: NudgeKind): boolean {
  return kind === 'current-held' || kind === 'clamp' || kind === 'adjoint';
}

/** Unit of β: a clamp's is a share of the way to the target, whatever the device. */
export function nudgeUnitOf({ nudgeUnit }: Pick<DeviceInfo, 'nudgeUnit'>, kind: NudgeKind): Unit {
  return kind === 'clamp' ? '1' : nudgeUnit;
}

/** One named array of programmable parameters. */
export interface ParameterGroup {
  /** For instance `g1`, `b1`: conductances into layer 1, bias current sources of layer 1. */
  readonly name: string;
  readonly role: 'conductance' | 'weight' | 'bias';
  /** Of the array, row-major: `[nodes before, nodes of the layer]` between two layers, `[n]` of a bias. */
  readonly shape: readonly number[];
  /** Where the group joins one layer to another: which two, 0 the sources, then 1 … number of layers. */
  readonly between?: readonly [before: number, layer: number];
  /** Unit of an entry. */
  readonly unit: Unit;
  /** Window of an entry, in `unit`; may be ±Infinity. */
  readonly min: number;
  readonly max: number;
}

/** Entries of a group. */
export function groupSize({ shape }: ParameterGroup): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Which of the node groups is read as the answer and nudged towards the target. */
export interface OutputNodes {
  /** Its place in `DeviceInfo.layers`. */
  readonly layer: number;
  readonly size: number;
}

/** What a device says of itself; everything that works through the contract reads it from here. */
export interface DeviceInfo {
  /** For people: `layered resistive network 784×2-100-10`. */
  readonly name: string;
  /** Signals in a drive. A device that doubles or amplifies them does so inside. */
  readonly inputs: number;
  /** Nodes of each group that settles, in the order in which an equilibrium gives them; in a layered network, its layers. */
  readonly layers: readonly number[];
  readonly outputs: OutputNodes;
  /** Unit of inputs, node states and targets. */
  readonly nodeUnit: Unit;
  /** Unit of the nudge strength β, but of a clamp's, which is a share. */
  readonly nudgeUnit: Unit;
  readonly groups: readonly ParameterGroup[];
  readonly precision: 'float64' | 'float32' | 'quantized';
  /** Which node states an equilibrium can give. */
  readonly observes: 'all' | 'outputs';
  /** The same of the free phase that a `step` reports. */
  readonly observesInStep: 'all' | 'outputs';
  readonly nudges: readonly NudgeKind[];
  /** Which costs each nudge can descend; the squared one alone where nothing is said. */
  readonly costs?: Partial<Readonly<Record<NudgeKind, readonly CostName[]>>>;
  /** By which nudges it can pull a pair of outputs apart; by none where nothing is said. */
  readonly pairs?: readonly NudgeKind[];
  /** How it can turn a gradient into a change; an update that asks for another is refused. */
  readonly optimizers: readonly OptimizerKind[];
  /** Whether an update may ask for a decay of the parameters; no when left out. */
  readonly decays?: boolean;
  /** The same drive and the same parameters give the same equilibrium, bit for bit. */
  readonly deterministic: boolean;
  /** How far two honest answers may differ. */
  readonly tolerances: DeviceTolerances;
  /** The device carries an update out by itself (a board's firmware), the host only asks for it. */
  readonly updatesItself: boolean;
  /** How it reads its nodes for learning; exactly when left out. An equilibrium gives what is there, not what is read. */
  readonly readOut?: NodeReadOut;
  /** How features become inputs and outputs become classes, unless the configuration says otherwise. */
  readonly coding: Coding;
}

/** Entries of each group by its name. */
export function groupSizes({ groups }: DeviceInfo): Record<string, number> {
  return Object.fromEntries(groups.map((group) => [group.name, groupSize(group)]));
}

/** How exactly a device keeps its word; the suite of the contract measures it by this. */
export interface DeviceTolerances {
  /** Largest difference of a node between two settlings of the same drive, in `nodeUnit`. */
  readonly node: number;
  /** Of a gradient against float64 at the same β, relative to its largest entry. */
  readonly gradient: number;
  /**
   * Of a parameter written and read back, relative to the group's largest entry; to its farther end where a finite range holds both
   * signs, as entries then may all be near 0.
   */
  readonly parameter: number;
}
