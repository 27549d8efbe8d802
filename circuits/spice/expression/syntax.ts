import type { Control } from '../../netlist/index.js';

/** Signs between and before operands. They mean themselves, whatever functions a file defines. */
export type Operator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '\\'
  | '^'
  | 'xor'
  | 'negative'
  | '!'
  | '&&'
  | '||'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '?';

/** An expression as it is written: names and calls still to be looked up. `resolve` turns it into core's tree. */
export type Syntax =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | { readonly kind: 'probe'; readonly control: Control; readonly offset: number }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly args: readonly Syntax[] }
  /** Braces inside an expression: where no voltage or current stands in them, a parameter's value. */
  | { readonly kind: 'braces'; readonly text: string; readonly inner: Syntax; readonly offset: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Syntax[];
      readonly offset: number;
    };

export function operator(sign: Operator, ...args: Syntax[]): Syntax {
  return { kind: 'operator', operator: sign, args };
}
