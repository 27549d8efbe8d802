/**
 * How a computation ended: the one closed set for networks that settle, operating points, crossbars and integrations. A status is
 * an answer, never thrown; each comes with a sentence on what happened and what to do. From harmless to hopeless.
 */
export const statuses = {
  settled: { usable: true, remedy: 'The stop rule was met.' },
  completed: { usable: true, remedy: 'The end of the time asked for was reached within the tolerances.' },
  'fixed-iterations': {
    usable: true,
    remedy:
      'The asked number of iterations was done; the residual tells how far from rest the nodes still are.',
  },
  'nudge-clipped': {
    usable: true,
    remedy:
      'The hardware limited the nudge on some outputs: use a smaller β or targets nearer to the outputs.',
  },
  'stopped-early': {
    usable: true,
    remedy:
      'The iteration limit came before the stop rule was met: raise maxIterations or loosen the tolerance.',
  },
  'too-many-steps': {
    usable: false,
    remedy:
      'The limit of steps came before the end of the interval: raise the limit, loosen the tolerance, or look for a stiff or fast-changing element.',
  },
  'step-too-small': {
    usable: false,
    remedy:
      'No step however short meets the tolerances at the time named: look at the element named there, for a value that jumps back and forth, or loosen reltol.',
  },
  unstable: {
    usable: false,
    remedy:
      'A voltage or current grows without end: look for a gain, a negative resistance or a state that nothing holds.',
  },
  'not-settled': {
    usable: false,
    remedy:
      'No method led to a point that meets the stop rule: look at the element named, give start voltages (.nodeset), raise maxIterations, or soften the steepest element.',
  },
  singular: {
    usable: false,
    remedy:
      'The equations have no unique solution: look for nodes without a path to ground and for elements that cancel each other, or add a large resistor to ground.',
  },
  'not-passive': {
    usable: false,
    remedy:
      'The nudged network does not contract, so β is too negative for its conductances: use a smaller |β| or the positive estimator.',
  },
  'not-finite': {
    usable: false,
    remedy:
      'A node left the range of numbers: look for NaN among inputs and parameters, and lower the rates.',
  },
  aborted: { usable: false, remedy: 'It was interrupted; what it reached is not a result.' },
} as const satisfies Readonly<Record<string, { readonly usable: boolean; readonly remedy: string }>>;

/** The name of a status: a key of `statuses`. */
export type Status = keyof typeof statuses;

/** Every status, from harmless to hopeless. */
const bySeverity = Object.keys(statuses) as Status[];

/** One sentence a status: what happened and what to do about it. */
export const statusRemedy = Object.fromEntries(
  Object.entries(statuses).map(([status, { remedy }]) => [status, remedy]),
) as Readonly<Record<Status, string>>;

/**
 * Whether anything may be concluded from an answer of that status, a contrast taken of a phase for one; an answer that merely
 * stopped early is rough but honest. The only place where this is decided.
 */
export function isUsable(status: Status): boolean {
  return statuses[status].usable;
}

/** The more severe of two, for an answer made of several. */
export function worseStatus(a: Status, b: Status): Status {
  return a === b || bySeverity.indexOf(a) > bySeverity.indexOf(b) ? a : b;
}
