import type { PolicyOptions, PolicyPlan, UpdatePolicy } from '../../devices/cells/policies/index.js';
import type { PulseModel, ReportedSpreads } from '../../devices/cells/pulse/index.js';
import type { AnalogDevice, CostParameters, TargetForm } from '../../devices/contract/index.js';
import type { DeviceDescription, DeviceSize } from '../../devices/described/index.js';
import type { ElementExpressions, ElementModel, SweepProposal } from '../../devices/elements/index.js';

/** What every definition may say of itself, for lists. */
interface Told {
  readonly help?: string;
}

/** How wanted changes of cells become pulses: a plan, or a whole `UpdatePolicy`. */
export type PolicyDefinition = Told &
  (
    | PolicyPlan
    | {
        make(options: PolicyOptions): UpdatePolicy;
        /** Which of those options it has a use for, besides `mostPulses`. */
        readonly uses?: readonly (keyof PolicyOptions)[];
        readonly oneSided?: boolean;
      }
  );

/** What is descended. Of one sample: outputs v and targets y. */
export interface CostDefinition extends Told {
  /** C, V². */
  value(v: Float64Array, y: Float64Array, numbers: CostParameters): number;
  /** Fills out with ∂C/∂v, V. */
  slope(v: Float64Array, y: Float64Array, numbers: CostParameters, out: Float64Array): void;
  /** A bound above ∂²C/∂v² of each output by itself; without one, outputs are pulled by held currents alone (--nudge current-held). */
  readonly curvature?: number;
  /** Targets in volts (where left out), 1 or 0 of a class, or ±1. */
  readonly targets?: TargetForm;
  /** `--cost-scale` or `--cost-margin` is of it, and in `numbers`. */
  readonly needs?: 'scale' | 'margin';
  /** Outputs are compared with each other: there have to be two. */
  readonly compares?: boolean;
}

/** A cell that moves in pulses. States are shares of its range, 0 at g_min_S and 1 at g_max_S. */
export interface CellDefinition {
  readonly source?: string;
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** What one pulse does at a state: up never below 0, down never above. */
  up(state: number): number;
  down(state: number): number;
  readonly spreads?: ReportedSpreads;
  readonly pulse?: PulseModel['pulse'];
}

/** A two-terminal model of current and state: its equations, or an `ElementModel`. */
export type ElementDefinition = { readonly source?: string; readonly sweep?: SweepProposal } & (
  | Omit<ElementExpressions, 'name'>
  | { make(): ElementModel }
);

/** A network that learns: its equations, or an `AnalogDevice`. */
export type DeviceDefinition = Told & {
  /** The part `training` of a configuration that it is trained by where nobody says otherwise: at least β and the rates of its groups. */
  readonly training: {
    readonly beta: number | string;
    readonly conductanceRates: number | readonly number[];
    readonly [key: string]: unknown;
  };
} & (
    | DeviceDescription
    | {
        open(size: DeviceSize & { readonly seed: number }): AnalogDevice | Promise<AnalogDevice>;
        /** A float64 device of the same network, for gradcheck. */
        reference?(size: DeviceSize & { readonly seed: number }): AnalogDevice;
      }
  );

/** Rows with a class each, split 80/20 class by class where there is no `test`. */
export interface RowsOfData {
  readonly values: readonly (readonly number[])[];
  readonly classes: readonly (string | number)[];
  readonly featureNames?: readonly string[];
}

/** A data set: `--data NAME`, or `NAME:ARGUMENT` where it says what that is. */
export interface DataDefinition extends Told {
  /** What stands behind the name: `DIR`. */
  readonly argument?: string;
  load(how: { readonly seed: number; readonly argument?: string }): RowsOfData | Promise<RowsOfData>;
}

/** What a module brings, by name: its default export, or exports of these names. */
export interface Module {
  readonly policies?: Readonly<Record<string, PolicyDefinition>>;
  readonly costs?: Readonly<Record<string, CostDefinition>>;
  readonly cells?: Readonly<Record<string, CellDefinition>>;
  readonly elements?: Readonly<Record<string, ElementDefinition>>;
  readonly devices?: Readonly<Record<string, DeviceDefinition>>;
  readonly data?: Readonly<Record<string, DataDefinition>>;
}

/** The kinds of things that a module brings. */
export type ModuleKind = keyof Module;

/** Says that an object is a module, for editors. */
export function defineModule(module: Module): Module {
  return module;
}
