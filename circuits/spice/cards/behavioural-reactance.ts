import { ControlledCurrent, ControlledVoltage, expressionLaw } from '../../netlist/index.js';
import type { Card, Token } from '../card.js';
import type { Instance } from '../reader.js';
import { noteControls } from './controls.js';
import { lawTree } from './histories.js';

/** How C and L are written with an expression, and the current or voltage that it makes of it. */
interface Form {
  readonly key: string;
  readonly kind: 'current' | 'voltage';
  /** @param across the voltage of a capacitor or the current of an inductor, as it is written in an expression */
  text(expression: string, across: string): string;
}

const forms: Readonly<Record<'c' | 'l', readonly Form[]>> = {
  c: [
    { key: 'q', kind: 'current', text: (charge) => `ddt(${charge})` },
    { key: 'c', kind: 'current', text: (capacitance, v) => `(${capacitance})*ddt(${v})` },
    { key: 'capacitance', kind: 'current', text: (capacitance, v) => `(${capacitance})*ddt(${v})` },
    { key: '', kind: 'current', text: (capacitance, v) => `(${capacitance})*ddt(${v})` },
  ],
  l: [
    { key: 'flux', kind: 'voltage', text: (flux) => `ddt(${flux})` },
    { key: 'l', kind: 'voltage', text: (inductance, i) => `(${inductance})*ddt(${i})` },
    { key: 'inductance', kind: 'voltage', text: (inductance, i) => `(${inductance})*ddt(${i})` },
    { key: '', kind: 'voltage', text: (inductance, i) => `(${inductance})*ddt(${i})` },
  ],
};

/** Whether a text follows voltages, currents or the time, and is no number worked out once. */
export const follows = (text: string): boolean => /\b[vi]\s*\(|\btime\b|\bx\b/i.test(text);

/**
 * C with a charge, Q=, or with a capacitance that follows the circuit, i = C·dv/dt as ngspice has it; L with a flux, Flux=, or
 * such an inductance, v = L·di/dt. In Q and Flux LTspice's `x` is the voltage across, and the current through.
 * @returns false where the card is an ordinary one
 */
export function behaviouralReactance(
  card: Card,
  instance: Instance,
  letter: 'c' | 'l',
  values: ReadonlyMap<string, Token>,
  first: Token | undefined,
): boolean {
  for (const form of forms[letter]) {
    const token = form.key === '' ? first : values.get(form.key);
    const always = form.key === 'q' || form.key === 'flux';
    if (token === undefined || !(always || (token.quoted && follows(token.raw)))) continue;
    const whole = token.quoted ? token.raw : restOfCard(card, token);
    for (const name of values.keys()) {
      if (name === form.key || (!token.quoted && token.offset < (values.get(name)?.offset ?? 0))) continue;
      const what = `${card.head}: ${name} does not go with an expression that follows the circuit`;
      instance.unsupported(
        card,
        name === 'ic' ? `${what}; start its nodes by .ic` : what,
        values.get(name),
        false,
      );
      return true;
    }
    const [a, b] = card.tokens.slice(1, 3).map((node) => node.text);
    const own = letter === 'c' ? `v(${a},${b})` : `i(${card.head})`;
    const expression = always ? whole.replace(/\bx\b/gi, own) : whole;
    const tree = lawTree(form.text(expression, own), card, token.offset, instance);
    const { controls, law } = expressionLaw(tree);
    noteControls(card, instance, controls, token);
    const output = form.kind === 'current' ? ControlledCurrent : ControlledVoltage;
    const [from, to] = [a, b].map((node) => instance.node(node));
    if (instance.copies !== 1) {
      const message = `${card.head} follows the circuit in a subcircuit called with m: call it several times instead`;
      instance.unsupported(card, message, token, false);
      return true;
    }
    instance.reading.circuit.add(new output(instance.elementName(card.head), from, to, controls, law));
    return true;
  }
  return false;
}

/** An expression without quotes goes to the end of the card. */
const restOfCard = (card: Card, token: Token): string => card.text.slice(token.offset);
