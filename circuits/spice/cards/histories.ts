import { type Expression, variable } from '../../../core/expression/index.js';
import { controlKey, DerivativeElement, expressionLaw, IntegralElement } from '../../netlist/index.js';
import type { Card } from '../card.js';
import type { History } from '../expression/resolve.js';
import type { Instance } from '../reader.js';
import { noteControls } from './controls.js';

/**
 * The expression of an element that follows the circuit. Slopes and integrals over time in it become elements of their own, each
 * with a node that shows its value: `b1#idt`, `b1#ddt2`.
 * @param delimited it stood in braces or quotes: without voltages and currents it is a parameter's value
 */
export function lawTree(
  text: string,
  card: Card,
  offset: number,
  instance: Instance,
  delimited = false,
): Expression {
  return instance.scope.tree(
    text,
    card,
    offset,
    (control) => instance.control(control),
    (history) => historyNode(history, card, instance),
    delimited,
  );
}

function historyNode(history: History, card: Card, instance: Instance): Expression {
  const { circuit } = instance.reading;
  const stem = `${instance.elementName(card.head)}#${history.kind === 'slope' ? 'ddt' : 'idt'}`;
  let name = stem;
  for (let k = 2; circuit.element(name) !== undefined; k++) name = `${stem}${k}`;
  const { controls, law } = expressionLaw(history.of);
  noteControls(card, instance, controls, undefined);
  circuit.add(
    history.kind === 'slope'
      ? new DerivativeElement(name, name, controls, law)
      : new IntegralElement(name, name, controls, law, history.start),
  );
  return variable(controlKey({ plus: name, minus: '0' }));
}
