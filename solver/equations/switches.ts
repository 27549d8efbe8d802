import type { CircuitEquations } from './circuit-equations.js';
import { type ControlPlaces, controlPlaces } from './placed-law.js';
import type { Unknowns } from './unknowns.js';

/** The switches of a circuit: which are closed, and which would turn. */
export class Switches {
  /** 1 where closed. */
  readonly closed: Uint8Array;
  private readonly places: readonly ControlPlaces[];

  constructor(
    private readonly equations: CircuitEquations,
    unknowns: Unknowns,
  ) {
    this.places = equations.switches.map(({ controls }) => controlPlaces(controls, unknowns));
    this.closed = Uint8Array.from(equations.switches, ({ closed }) => (closed ? 1 : 0));
  }

  get count(): number {
    return this.closed.length;
  }

  name(k: number): string {
    return this.equations.switches[k].element;
  }

  /** As they start. */
  reset(): void {
    this.equations.switches.forEach(({ closed }, k) => {
      this.closed[k] = closed ? 1 : 0;
    });
  }

  conductance_S(k: number): number {
    const { closed_S, open_S } = this.equations.switches[k];
    return this.closed[k] ? closed_S : open_S;
  }

  /** What steers a switch at x, V or A. */
  control(k: number, x: Float64Array): number {
    const { plus, minus } = this.places[k];
    return x[plus[0]] - x[minus[0]];
  }

  /** Whether a current steers it rather than a voltage. */
  steeredByCurrent(k: number): boolean {
    return 'source' in this.equations.switches[k].controls[0];
  }

  /** The level past which a switch turns as it stands now. */
  level(k: number): number {
    const { closesAbove, opensBelow } = this.equations.switches[k];
    return this.closed[k] ? opensBelow : closesAbove;
  }

  /** Whether a switch would turn at x. */
  turns(k: number, x: Float64Array): boolean {
    const { closesAbove, opensBelow } = this.equations.switches[k];
    const control = this.control(k, x);
    return this.closed[k] ? control < opensBelow : control > closesAbove;
  }

  /** Turns those that x asks to. @returns the last one that did, −1: none */
  turn(x: Float64Array): number {
    let turned = -1;
    for (let k = 0; k < this.closed.length; k++) {
      if (!this.turns(k, x)) continue;
      this.closed[k] ^= 1;
      turned = k;
    }
    return turned;
  }
}
