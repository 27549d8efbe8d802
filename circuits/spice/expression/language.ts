import type { Expression } from '../../../core/expression/index.js';
import type { Grammar } from './grammar.js';
import type { Operator } from './syntax.js';

/** Where an expression stands: a source that follows voltages and currents, or a number worked out once. */
export type Place = 'source' | 'parameter';

/** A function that expressions may call. */
export interface BuiltIn {
  readonly least: number;
  /** Infinity for as many as there are. */
  readonly most: number;
  /** @throws Error in words where the arguments do not go together */
  build(args: readonly Expression[]): Expression;
}

/** What the signs, functions and constants of one dialect's expressions mean. */
export interface Language {
  grammar(place: Place): Grammar;
  ofSign(sign: Operator, place: Place, args: readonly Expression[]): Expression;
  /** Undefined where there is no such function. */
  ofName(name: string, place: Place): BuiltIn | undefined;
  readonly constants: ReadonlyMap<string, number>;
  /** Parentheses that are open at the end of an expression are closed there. */
  readonly closesAtEnd?: boolean;
}
