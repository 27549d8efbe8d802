import { inputError, quoted } from '../../core/index.js';
import { type Control, type ControlLaw, expressionLaw } from '../netlist/index.js';
import { ngspiceLanguage } from './expression/languages.js';
import { ExpressionError } from './expression/parse.js';
import { readExpression } from './expression/resolve.js';
import { tooDeep } from './scope.js';

/** A behavioural source's law with the controls that it is a function of, in the order of their first appearance. */
export interface ControlLawOfText {
  readonly controls: Control[];
  readonly law: ControlLaw;
}

/**
 * The law of a behavioural source from text such as `1m*V(a,b)^3 + I(vs)`, for `Netlist.controlledCurrent` and
 * `controlledVoltage`. Differentiated symbolically.
 * @throws OhmpropError with the column
 */
export function lawOfText(text: string, parameters: Readonly<Record<string, number>> = {}): ControlLawOfText {
  try {
    const names = {
      language: ngspiceLanguage,
      value: (name: string) => parameters[name],
      userFunction: () => undefined,
    };
    const parameter = (inner: string): number => {
      const tree = readExpression(inner, { ...names, parameter });
      if (tree.kind !== 'number') throw new ExpressionError(`${quoted(inner)} is no constant`, 0);
      return tree.value;
    };
    const tree = readExpression(text, { ...names, parameter, probe: (control) => control });
    return expressionLaw(tree);
  } catch (error) {
    if (error instanceof RangeError) throw inputError('netlist.expression', tooDeep, error);
    if (!(error instanceof ExpressionError)) throw error;
    throw inputError(
      'netlist.expression',
      `${quoted(text)}, column ${error.offset + 1}: ${error.message}`,
      error,
    );
  }
}
