/** How the search for an operating point ended. */
export type OperatingStatus = 'settled' | 'not-settled' | 'singular' | 'not-finite';

/** One sentence a status: what happened and what to do about it. */
export const operatingRemedy: Readonly<Record<OperatingStatus, string>> = {
  settled: 'Every node obeys the stop rule.',
  'not-settled':
    'No continuation reached an operating point: look at the element named, give start voltages (.nodeset), raise maxIterations, or soften the steepest element.',
  singular:
    'The equations have no unique solution at the node or element named: look for elements that cancel each other, or add a large resistor to ground there.',
  'not-finite':
    'A current or voltage left the range of numbers at the element named: look at its expression and parameters.',
};

/** What a settling reached and cost. */
export interface SolveReport {
  readonly status: OperatingStatus;
  /** Newton steps, over all stages. */
  readonly iterations: number;
  /** Largest violation of Kirchhoff's current law over all nodes, A. */
  readonly residual_A: number;
  /** Which way led there. */
  readonly strategy: 'newton' | 'gmin-stepping' | 'source-stepping' | 'pseudo-transient';
  /** The node or element that settled last, or did not; empty when all is well. */
  readonly worst: string;
}
