import { type Control, SwitchElement } from '../../netlist/index.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import type { CardReader, Instance } from '../reader.js';
import { noteControls } from './controls.js';
import { checkNames, modelOf } from './passive.js';

/** S n+ n− nc+ nc− model [ON|OFF]; .model name SW(VT VH RON ROFF). */
export const voltageSwitch: CardReader = (card, instance) => {
  const [, , plus, minus] = nodeTokens(card, 4);
  const control = instance.control({ plus: plus.text, minus: minus.text });
  readSwitch(card, instance, control, 5, { type: 'sw', threshold: 'vt', hysteresis: 'vh' });
};

/** W n+ n− source model [ON|OFF]; .model name CSW(IT IH RON ROFF). */
export const currentSwitch: CardReader = (card, instance) => {
  const source = card.tokens[3];
  if (source === undefined) throw card.missing('the source that steers it');
  const control = instance.control({ source: source.text });
  noteControls(card, instance, [control], source);
  readSwitch(card, instance, control, 4, { type: 'csw', threshold: 'it', hysteresis: 'ih' });
};

function readSwitch(
  card: Card,
  instance: Instance,
  control: Control,
  at: number,
  names: { readonly type: string; readonly threshold: string; readonly hysteresis: string },
): void {
  const [a, b] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  const token = card.tokens[at];
  if (token === undefined) throw card.missing('the name of its model');
  const model = modelOf(card, instance, token, [names.type]);
  checkNames(model.card, model.values, [names.threshold, names.hysteresis, 'ron', 'roff']);
  const numberOf = (name: string, otherwise: number): number =>
    model.values.has(name) ? model.scope.number(model.card, model.values.get(name), name) : otherwise;
  const hysteresis = numberOf(names.hysteresis, 0);
  if (hysteresis < 0) {
    instance.unsupported(
      model.card,
      `a hysteresis below 0, ${hysteresis}, is not supported: it asks for a gradual switch; use B with an expression`,
      model.values.get(names.hysteresis),
    );
    return;
  }
  const threshold = numberOf(names.threshold, 0);
  const relation = {
    control,
    closed_S: 1 / numberOf('ron', 1),
    // Open, ngspice leaves gmin.
    open_S: 1 / numberOf('roff', 1 / instance.reading.settings.gmin_S),
    closesAbove: threshold + hysteresis,
    opensBelow: threshold - hysteresis,
    closed: startsClosed(card, card.tokens.slice(at + 1)),
  };
  instance.reading.circuit.add(new SwitchElement(instance.elementName(card.head), a, b, relation));
}

function startsClosed(card: Card, rest: readonly Token[]): boolean {
  const [word, more] = rest;
  if (more !== undefined || (word !== undefined && word.text !== 'on' && word.text !== 'off')) {
    throw card.error('syntax', `"${(more ?? word).raw}" was not expected: ON or OFF`, more ?? word);
  }
  return word?.text === 'on';
}
