import { equationReader } from '../../core/equations/index.js';
import {
  compile,
  compileSlope,
  derivative,
  type Evaluate,
  type Expression,
  variablesOf,
} from '../../core/expression/index.js';
import { inputError, printableLine, quoted } from '../../core/index.js';
import type { ElementModel, StateVariable } from './element-model.js';
import { checkedValues, type ElementParameter } from './element-parameters.js';
import { equationPartials } from './equation-partials.js';

/** An element that a user describes by equations over `v` [V], `x` (its state), `i` [A] and named parameters. */
export interface ElementExpressions {
  readonly name: string;
  /** I(v, x), A; for instance `g*sinh(b*v)/b*x`. */
  readonly current: string;
  /** dx/dt over v, i and x; needs `state`. */
  readonly rate?: string;
  readonly state?: Partial<StateVariable>;
  /** Numbers, or with bounds and unit for a fit. */
  readonly parameters?: Readonly<
    Record<string, number | (Partial<ElementParameter> & { readonly value: number })>
  >;
  readonly validRange_V?: readonly [number, number];
}

const PROBE_V = [-1, -0.1, 0, 0.1, 1];
/** Each has a derivative of its own. */
const MAX_PARAMETERS = 100;
/** What voltage, state and current are called; no parameter may be. */
const VARIABLES = ['v', 'x', 'i'];

/**
 * Builds an element from equations: read once, differentiated symbolically (`core/expression`), compiled. Every parameter
 * has its partial derivative.
 * @throws OhmpropError `element.expression` naming the equation that cannot be read, or uses an unknown name
 */
export async function expressionModel(expressions: ElementExpressions): Promise<ElementModel> {
  const read = await equationReader();
  return modelOf(expressions, (field, names) => {
    const text = expressions[field] ?? '0';
    try {
      return read(text, names);
    } catch (cause) {
      throw unreadable(expressions.name, field, text, cause);
    }
  });
}

type ReadField = (field: 'current' | 'rate', names: readonly string[]) => Expression;

function modelOf(expressions: ElementExpressions, read: ReadField): ElementModel {
  const name = printableLine(expressions.name, 80);
  const parameters = parametersOf(expressions);
  const names = parameters.map((parameter) => parameter.name);
  requireNames(name, names);
  if (names.length > MAX_PARAMETERS) {
    throw inputError(
      'element.expression',
      `${name}: ${names.length} parameters; ${MAX_PARAMETERS} are the most`,
    );
  }
  requireRange(name, expressions.validRange_V);
  const state = stateOf(expressions);
  const current = read('current', ['v', 'x', ...names]);
  const rate = expressions.rate === undefined ? undefined : read('rate', ['v', 'x', 'i', ...names]);
  const keys = ['v', 'x', 'i', ...names];
  const indexOf = new Map(keys.map((key, k) => [key, k]));
  const values = Float64Array.from([0, 0, 0, ...parameters.map(({ value }) => value)]);
  const at = (code: Evaluate, v: number, x: number, i = 0): number => {
    values[0] = v;
    values[1] = x;
    values[2] = i;
    return code(values);
  };
  const value = compile(current, indexOf);
  const byVoltage = compileSlope(current, 'v', indexOf, value).evaluate;
  const byState = compileSlope(current, 'x', indexOf, value).evaluate;
  const speed = rate === undefined ? undefined : compile(rate, indexOf);
  const atRest = state?.initial ?? 0;
  for (const v of PROBE_V) {
    if (Number.isNaN(at(value, v, atRest))) {
      throw inputError(
        'element.expression',
        `${name}: current ${quoted(expressions.current)} is not a number at v = ${v} V${state ? `, x = ${atRest}` : ''}`,
      );
    }
    if (speed !== undefined && Number.isNaN(at(speed, v, atRest, at(value, v, atRest)))) {
      throw inputError(
        'element.expression',
        `${name}: rate ${quoted(expressions.rate ?? '')} is not a number at v = ${v} V, x = ${atRest}`,
      );
    }
  }
  // A derivative of sqrt(v) and the like has no value at the kink itself: there, the mean of both sides.
  const conductance = (v: number, x: number) =>
    finiteOr(at(byVoltage, v, x), () => (at(value, v + KINK, x) - at(value, v - KINK, x)) / (2 * KINK));
  const stateSlope = (v: number, x: number) =>
    finiteOr(at(byState, v, x), () => (at(value, v, x + KINK) - at(value, v, x - KINK)) / (2 * KINK));
  const samples = PROBE_V.map((v) => ({ v, i: at(value, v, atRest), g: conductance(v, atRest) }));
  const equations = { current, ...(rate === undefined ? {} : { rate }) };
  return {
    name,
    linear: !variablesOf(derivative(current, 'v')).includes('v') && samples[2].i === 0,
    // Sampled, not proved: what a user writes is taken as it looks between −1 and 1 V.
    passive: samples.every(({ v, i }) => v * i >= 0),
    monotonic: samples.every(({ g }) => g >= 0),
    ...(state ? { state } : {}),
    validRange_V: expressions.validRange_V ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    equations,
    parameters,
    partials: equationPartials({ parameters, equations }),
    with(changes) {
      const own = checkedValues(this, changes);
      const moved = parameters.map((parameter) => [
        parameter.name,
        { ...parameter, value: own[parameter.name] ?? parameter.value },
      ]);
      // The trees are there already: nothing is parsed again.
      return modelOf({ ...expressions, parameters: Object.fromEntries(moved) }, (field) => equations[field]!);
    },
    evaluate(v, x, point) {
      point.current_A = at(value, v, x);
      point.conductance_S = conductance(v, x);
      point.stateSlope_A = stateSlope(v, x);
    },
    ...(speed ? { rate: (v: number, i: number, x: number) => at(speed, v, x, i) } : {}),
  };
}

function parametersOf({ parameters = {} }: ElementExpressions): ElementParameter[] {
  return Object.entries(parameters).map(([name, given]) => {
    const open = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, unit: '1' };
    return typeof given === 'number' ? { ...open, name, value: given } : { ...open, ...given, name };
  });
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

function unreadable(name: string, field: string, text: string, cause: unknown): Error {
  // mathjs repeats what it could not read, however long.
  const why = printableLine(cause instanceof Error ? cause.message : String(cause), 400);
  return inputError('element.expression', `${name}: ${field} ${quoted(text)} cannot be used: ${why}`, cause);
}
