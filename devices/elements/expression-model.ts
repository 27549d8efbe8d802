import type { EvalFunction } from 'mathjs';
import { inputError } from '../../core/errors.js';
import type { ElementModel, StateVariable } from './element-model.js';

/** An element that a user describes by equations over `v` [V], `x` (its state), `i` [A] and named parameters. */
export interface ElementExpressions {
  readonly name: string;
  /** I(v, x), A; for instance `g*sinh(b*v)/b*x`. */
  readonly current: string;
  /** dx/dt over v, i and x; needs `state`. */
  readonly rate?: string;
  readonly state?: Partial<StateVariable>;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly validRange_V?: readonly [number, number];
}

const PROBE_V = [-1, -0.1, 0, 0.1, 1];
/** What voltage, state and current are called; no parameter may be. */
const VARIABLES = ['v', 'x', 'i'];

/**
 * Builds an element from expressions: parsed and differentiated symbolically by mathjs (loaded on first use), compiled
 * once. Where a derivative does not exist the error names the expression.
 * @throws OhmpropError naming the expression that cannot be read, or uses an unknown name
 */
export async function expressionModel(expressions: ElementExpressions): Promise<ElementModel> {
  const math = await import('mathjs');
  const parameters = { ...expressions.parameters };
  const { name } = expressions;
  requireNames(name, Object.keys(parameters));
  requireRange(name, expressions.validRange_V);
  const parse = (field: 'current' | 'rate', text: string) => {
    try {
      const node = math.parse(text);
      const allowed = new Set(['v', 'x', ...(field === 'rate' ? ['i'] : []), ...Object.keys(parameters)]);
      node.traverse((part) => {
        if (part.type !== 'SymbolNode') return;
        const symbol = (part as { name?: string }).name ?? '';
        // mathjs would take i for the imaginary unit
        if (!allowed.has(symbol) && (VARIABLES.includes(symbol) || !(symbol in math))) {
          const known = [...allowed].join(', ');
          throw new Error(`${symbol} is neither a parameter nor one of ${known}`);
        }
      });
      return node;
    } catch (cause) {
      throw unreadable(name, field, text, cause);
    }
  };
  const current = parse('current', expressions.current);
  const slopeOf = (variable: string): EvalFunction => {
    try {
      return math.derivative(current, variable).compile();
    } catch (cause) {
      throw unreadable(name, `∂(current)/∂${variable}`, expressions.current, cause);
    }
  };
  const scope: Record<string, number> = { ...parameters, v: 0, x: 0, i: 0 };
  const value = current.compile();
  const byVoltage = slopeOf('v');
  const byState = slopeOf('x');
  const number = (code: EvalFunction, v: number, x: number, i = 0): number => {
    scope.v = v;
    scope.x = x;
    scope.i = i;
    return Number(code.evaluate(scope));
  };
  const state = stateOf(expressions);
  const atRest = state?.initial ?? 0;
  for (const v of PROBE_V) {
    if (Number.isNaN(number(value, v, atRest))) {
      throw inputError(
        'element.expression',
        `${name}: current "${expressions.current}" is not a number at v = ${v} V${state ? `, x = ${atRest}` : ''}`,
      );
    }
  }
  const rate = expressions.rate === undefined ? undefined : parse('rate', expressions.rate).compile();
  for (const v of rate === undefined ? [] : PROBE_V) {
    if (Number.isNaN(number(rate!, v, atRest, number(value, v, atRest)))) {
      throw inputError(
        'element.expression',
        `${name}: rate "${expressions.rate}" is not a number at v = ${v} V, x = ${atRest}`,
      );
    }
  }
  // A derivative of abs(v) and the like has no value at the kink itself: there, the mean of both sides.
  const conductance = (v: number, x: number) =>
    finiteOr(
      number(byVoltage, v, x),
      () => (number(value, v + KINK, x) - number(value, v - KINK, x)) / (2 * KINK),
    );
  const stateSlope = (v: number, x: number) =>
    finiteOr(
      number(byState, v, x),
      () => (number(value, v, x + KINK) - number(value, v, x - KINK)) / (2 * KINK),
    );
  const samples = PROBE_V.map((v) => ({ v, i: number(value, v, atRest), g: conductance(v, atRest) }));
  return {
    name,
    linear:
      math.simplify(math.derivative(math.derivative(current, 'v'), 'v')).toString() === '0' &&
      samples[2].i === 0,
    // Sampled, not proved: what a user writes is taken as it looks between −1 and 1 V.
    passive: samples.every(({ v, i }) => v * i >= 0),
    monotonic: samples.every(({ g }) => g >= 0),
    ...(state ? { state } : {}),
    validRange_V: expressions.validRange_V ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    equations: {
      current: withParameters(expressions.current, parameters),
      ...(expressions.rate === undefined ? {} : { rate: withParameters(expressions.rate, parameters) }),
    },
    evaluate(v, x, point) {
      point.current_A = number(value, v, x);
      point.conductance_S = conductance(v, x);
      point.stateSlope_A = stateSlope(v, x);
    },
    ...(rate ? { rate: (v: number, i: number, x: number) => number(rate, v, x, i) } : {}),
  };
}

/** How far beside a kink both sides are looked at, V or units of the state. */
const KINK = 1e-6;

function finiteOr(value: number, otherwise: () => number): number {
  return Number.isFinite(value) ? value : otherwise();
}

function requireNames(name: string, parameters: readonly string[]): void {
  const taken = parameters.find((parameter) => VARIABLES.includes(parameter));
  if (taken === undefined) return;
  throw inputError(
    'element.expression',
    `${name}: parameter ${taken} has the name of a variable (v voltage, x state, i current); call it otherwise`,
  );
}

function requireRange(name: string, range: readonly [number, number] | undefined): void {
  if (range === undefined || range[0] < range[1]) return;
  throw inputError(
    'element.expression',
    `${name}: validRange_V goes from the lowest to the highest voltage, got ${range[0]} and ${range[1]}`,
  );
}

function stateOf({ name, rate, state }: ElementExpressions): StateVariable | undefined {
  if (rate === undefined && state === undefined) return undefined;
  const full = { name: 'x', unit: '1', low: 0, high: 1, initial: 0.5, ...state };
  if (!(full.low <= full.initial && full.initial <= full.high)) {
    throw inputError(
      'element.expression',
      `${name}: low ≤ initial ≤ high is needed, got ${full.low}, ${full.initial}, ${full.high}`,
    );
  }
  return full;
}

function withParameters(text: string, parameters: Readonly<Record<string, number>>): string {
  return Object.entries(parameters).reduce(
    (result, [name, value]) => result.replace(new RegExp(`\\b${name}\\b`, 'g'), `(${value})`),
    `(${text})`,
  );
}

function unreadable(name: string, field: string, text: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return inputError('element.expression', `${name}: ${field} "${text}" cannot be used: ${why}`, cause);
}
