import { quoted } from '../../../core/index.js';
import { Diode, type DiodeParameters, defaultDiode } from '../../../devices/elements/index.js';
import { DiodeElement } from '../../netlist/index.js';
import { assignments } from '../assignments.js';
import { nodeTokens } from '../blocks.js';
import { readNumber } from '../number.js';
import type { CardReader, Instance, ModelCard } from '../reader.js';
import { checkNames, modelOf } from './passive.js';

/** SPICE names and their aliases, to the names of `DiodeParameters`. */
const parameterNames: Readonly<Record<string, keyof DiodeParameters>> = {
  is: 'IS',
  js: 'IS',
  n: 'N',
  rs: 'RS',
  bv: 'BV',
  ibv: 'IBV',
  nbv: 'NBV',
  ikf: 'IKF',
  ik: 'IKF',
  eg: 'EG',
  xti: 'XTI',
  cjo: 'CJO',
  cj0: 'CJO',
  cj: 'CJO',
  vj: 'VJ',
  pb: 'VJ',
  m: 'M',
  mj: 'M',
  tt: 'TT',
  fc: 'FC',
  tnom: 'nominal_C',
  tref: 'nominal_C',
};

/** Parameters that say nothing about an operating point or a level-1 transient. */
const idle = new Set([
  'level',
  'kf',
  'af',
  'bv_max',
  'fv_max',
  'id_max',
  'iave',
  'vpk',
  'mfg',
  'type',
  'php',
  'cjp',
  'cjsw',
  'mjsw',
]);

const read = new WeakMap<ModelCard, Partial<DiodeParameters>>();

/** The parameters of a .model card of type D, read once. */
function parametersOf(model: ModelCard, instance: Instance): Partial<DiodeParameters> {
  const before = read.get(model);
  if (before !== undefined) return before;
  const parameters: Partial<Record<keyof DiodeParameters, number>> = {};
  for (const [name, token] of model.values) {
    const key = parameterNames[name];
    const value = model.scope.number(model.card, token, name.toUpperCase());
    if (name === 'level' && value > 2 && instance.reading.dialect === 'xyce') {
      const what = `a diode of level ${value} is another model in Xyce, and is not supported; level 1 is`;
      instance.unsupported(model.card, what, token, false);
    } else if (name === 'level' && value !== 1) {
      instance.warn(model.card, `a diode of level ${value} is read as level 1, as ngspice does`, token);
    }
    if (key !== undefined) parameters[key] = value;
    else if (idle.has(name)) continue;
    else if (value !== 0) {
      instance.unsupported(
        model.card,
        `diode parameter ${name.toUpperCase()} is not supported; leave it out or set it to 0`,
        token,
      );
    }
  }
  // A breakdown voltage or knee of 0 means none.
  if (parameters.BV === 0) delete parameters.BV;
  if (parameters.IKF === 0) delete parameters.IKF;
  if (parameters.BV !== undefined) parameters.BV = Math.abs(parameters.BV);
  read.set(model, parameters as Partial<DiodeParameters>);
  return parameters as Partial<DiodeParameters>;
}

const shared = new WeakMap<ModelCard, Diode>();

/** D anode cathode model [area] [off] [m=] [temp=] [ic=]. */
export const diode: CardReader = (card, instance) => {
  const [anode, cathode] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  const { values, rest } = assignments(card, 3);
  checkNames(card, values, ['area', 'm', 'temp', 'dtemp', 'ic', 'pj', 'off']);
  const [modelName, ...extra] = rest;
  if (modelName === undefined) throw card.missing('the name of its model');
  const model = modelOf(card, instance, modelName, ['d']);
  let area = 1;
  for (const token of extra) {
    if (token.text === 'off') continue;
    if (!token.quoted && readNumber(token.text) === undefined) {
      throw card.error('syntax', `${quoted(token.raw)} was not expected: an area factor or OFF`, token);
    }
    area = instance.scope.number(card, token, 'area');
  }
  const numberOf = (name: string, otherwise: number): number =>
    values.has(name) ? instance.scope.number(card, values.get(name), name) : otherwise;
  const { settings } = instance.reading;
  const own: Partial<DiodeParameters> = {
    area: numberOf('area', area),
    multiplier: numberOf('m', 1) * instance.copies,
    temperature_C: numberOf('temp', settings.temperature_C + numberOf('dtemp', 0)),
  };
  const plain = own.area === 1 && own.multiplier === 1 && own.temperature_C === settings.temperature_C;
  const common = { nominal_C: settings.nominal_C, gmin_S: settings.gmin_S };
  let junction = plain ? shared.get(model) : undefined;
  junction ??= new Diode({ ...defaultDiode, ...common, ...parametersOf(model, instance), ...own });
  if (plain) shared.set(model, junction);
  const initial_V = values.has('ic') ? numberOf('ic', 0) : undefined;
  const name = instance.elementName(card.head);
  instance.reading.circuit.add(new DiodeElement(name, anode, cathode, junction, initial_V));
};
