import type { ControlledRelation, NumberedControl } from './circuit-equations.js';
import type { Unknowns } from './unknowns.js';

/** Where a law's controls stand: each is x[plus] − x[minus]; those of `time` are the time instead. */
export interface ControlPlaces {
  readonly plus: Int32Array;
  readonly minus: Int32Array;
  readonly time: readonly number[];
}

/** Positions of controls in the solution vector; a current stands at its branch, what is absent at ground. */
export function controlPlaces(controls: readonly NumberedControl[], unknowns: Unknowns): ControlPlaces {
  const { position, branchOf } = unknowns;
  const plus = Int32Array.from(controls, (c) =>
    'source' in c ? branchOf.get(c.source)! : 'plus' in c ? position[c.plus] : 0,
  );
  const minus = Int32Array.from(controls, (c) => ('plus' in c ? position[c.minus] : 0));
  return { plus, minus, time: [...controls.keys()].filter((k) => 'time' in controls[k]) };
}

/** A law and where it stands in the equations. */
export interface PlacedLaw {
  readonly relation: ControlledRelation;
  /** Rows that the value is added to and taken from: two nodes, or a branch equation (and nothing). */
  readonly add: number;
  readonly take: number;
  /** −1 for a voltage: its branch equation reads v(plus) − v(minus) − value. */
  readonly sign: 1 | -1;
  readonly places: ControlPlaces;
  /** Where its entries start: for each control add·plus, take·plus, add·minus, take·minus. */
  readonly firstEntry: number;
}

/** Whether one of these rows is that of a known node other than ground. */
export function someKnown(rows: Int32Array, first: number): boolean {
  for (let k = 0; k < rows.length; k++) if (rows[k] > 0 && rows[k] < first) return true;
  return false;
}
