import {
  bandGap_eV,
  celsiusZero_K,
  elementaryCharge_C,
  MosLevel1,
  type MosParameters,
  oxidePermittivity_F_per_m,
  thermalVoltage_V,
} from '../../../devices/elements/index.js';
import { MosElement } from '../../netlist/index.js';
import { assignments } from '../assignments.js';
import { nodeTokens } from '../blocks.js';
import type { CardReader, Instance, ModelCard } from '../reader.js';
import { checkNames, modelOf } from './passive.js';

type NumberKey = Exclude<keyof MosParameters, 'polarity'>;

/** SPICE names and their aliases, to the names of `MosParameters`. */
const parameterNames: Readonly<Record<string, NumberKey>> = {
  ...Object.fromEntries(
    (
      [
        ...(['KP', 'GAMMA', 'PHI', 'LAMBDA', 'RD', 'RS', 'IS', 'JS', 'CBD', 'CBS', 'CJ', 'CJSW'] as const),
        ...(['PB', 'MJ', 'MJSW', 'FC', 'CGSO', 'CGDO', 'CGBO', 'TOX', 'LD'] as const),
      ] satisfies NumberKey[]
    ).map((key) => [key.toLowerCase(), key]),
  ),
  vto: 'VTO',
  vt0: 'VTO',
  tnom: 'nominal_C',
};

/** Those from which others follow, and those that say nothing here: noise. */
const derived = new Set(['nsub', 'nss', 'tpg', 'uo', 'u0', 'rsh']);
const idle = new Set(['level', 'kf', 'af', 'gdsnoi', 'nlev', 'mfg', 'version']);

interface MosModel {
  readonly values: Partial<Record<NumberKey, number>>;
  readonly sheet_ohm: number;
  readonly polarity: 1 | -1;
  /** Transistors of it so far by all their numbers: equal ones are one model. */
  readonly ofSize: Map<string, MosLevel1>;
}

const read = new WeakMap<ModelCard, MosModel>();

function modelValues(model: ModelCard, instance: Instance): MosModel | undefined {
  const before = read.get(model);
  if (before !== undefined) return before;
  const numbers = new Map<string, number>();
  for (const [name, token] of model.values) {
    if (name === 'version') continue;
    numbers.set(name, model.scope.number(model.card, token, name.toUpperCase()));
  }
  const level = numbers.get('level') ?? 1;
  if (level !== 1) {
    instance.unsupported(
      model.card,
      `MOS model of level ${level} is not supported, level 1 is`,
      model.values.get('level'),
    );
    return undefined;
  }
  const values: Partial<Record<NumberKey, number>> = {};
  for (const [name, value] of numbers) {
    const key = parameterNames[name];
    if (key !== undefined) values[key] = value;
    else if (!derived.has(name) && !idle.has(name)) {
      instance.unsupported(
        model.card,
        `MOS parameter ${name.toUpperCase()} is no parameter of level 1; leave it out`,
        model.values.get(name),
      );
    }
  }
  const polarity = model.type === 'nmos' ? 1 : -1;
  if (values.TOX === 0) delete values.TOX;
  derive(values, numbers, polarity, values.nominal_C ?? instance.reading.settings.nominal_C);
  const found: MosModel = { values, sheet_ohm: numbers.get('rsh') ?? 0, polarity, ofSize: new Map() };
  read.set(model, found);
  return found;
}

/** Intrinsic carriers of silicon, 1/m³, and its permittivity, F/m, as SPICE3 has them. */
const INTRINSIC_PER_M3 = 1.45e16;
const SILICON_F_PER_M = 11.7 * 8.854214871e-12;

/** KP of mobility and oxide, PHI, GAMMA and VTO of doping, where they are not given (mos1temp of SPICE3). */
function derive(
  values: Partial<Record<NumberKey, number>>,
  numbers: ReadonlyMap<string, number>,
  polarity: 1 | -1,
  nominal_C: number,
): void {
  if (values.TOX === undefined) return;
  const oxide_F_per_m2 = oxidePermittivity_F_per_m / values.TOX;
  values.KP ??= (numbers.get('uo') ?? numbers.get('u0') ?? 600) * oxide_F_per_m2 * 1e-4;
  const doping_per_m3 = (numbers.get('nsub') ?? 0) * 1e6;
  if (doping_per_m3 <= INTRINSIC_PER_M3) return;
  const kelvin = nominal_C + celsiusZero_K;
  const gap = bandGap_eV(kelvin);
  values.PHI ??= Math.max(0.1, 2 * thermalVoltage_V(kelvin) * Math.log(doping_per_m3 / INTRINSIC_PER_M3));
  const fermi = polarity * 0.5 * values.PHI;
  const gate = numbers.get('tpg') ?? 1;
  const gateWork = gate === 0 ? 3.2 : 3.25 + 0.5 * gap - polarity * gate * 0.5 * gap;
  values.GAMMA ??= Math.sqrt(2 * SILICON_F_PER_M * elementaryCharge_C * doping_per_m3) / oxide_F_per_m2;
  const surfaceCharge = ((numbers.get('nss') ?? 0) * 1e4 * elementaryCharge_C) / oxide_F_per_m2;
  const flat = gateWork - (3.25 + 0.5 * gap + fermi) - surfaceCharge;
  values.VTO ??= flat + polarity * (values.GAMMA * Math.sqrt(values.PHI) + values.PHI);
}

/** M drain gate source bulk model [L=] [W=] [AD= AS= PD= PS= NRD= NRS= M= TEMP=] [off]. */
export const mos: CardReader = (card, instance) => {
  const [drain, gate, source, bulk] = nodeTokens(card, 4).map((token) => instance.node(token.text));
  const { values, rest } = assignments(card, 5);
  const [modelName, ...extra] = rest;
  if (modelName === undefined) throw card.missing('the name of its model');
  const model = modelOf(card, instance, modelName, ['nmos', 'pmos']);
  for (const token of extra) {
    if (token.text !== 'off') throw card.error('syntax', `"${token.raw}" was not expected: L=, W= …`, token);
  }
  const found = modelValues(model, instance);
  if (found === undefined) return;
  checkNames(card, values, ['l', 'w', 'ad', 'as', 'pd', 'ps', 'nrd', 'nrs', 'm', 'temp', 'dtemp']);
  const numberOf = (name: string, otherwise: number): number =>
    values.has(name) ? instance.scope.number(card, values.get(name), name.toUpperCase()) : otherwise;
  const { temperature_C, nominal_C, gmin_S, scale } = instance.reading.settings;
  /** A length or area of the card, which .option scale multiplies; what the model gives it leaves. */
  const sized = (name: string, power: number, otherwise: number): number =>
    values.has(name) ? numberOf(name, 0) * scale ** power : otherwise;
  const { L = 1e-4, W = 1e-4, AD = 0, AS = 0, PD = 0, PS = 0 } = found.values;
  const parameters: Partial<MosParameters> = {
    nominal_C,
    gmin_S,
    // As in SPICE3, no number of squares, and 0, are one square.
    RD: found.sheet_ohm * (numberOf('nrd', 1) || 1),
    RS: found.sheet_ohm * (numberOf('nrs', 1) || 1),
    ...found.values,
    polarity: found.polarity,
    L: sized('l', 1, L),
    W: sized('w', 1, W),
    AD: sized('ad', 2, AD),
    AS: sized('as', 2, AS),
    PD: sized('pd', 1, PD),
    PS: sized('ps', 1, PS),
    multiplier: numberOf('m', 1) * instance.copies,
    temperature_C: numberOf('temp', temperature_C + numberOf('dtemp', 0)),
  };
  const name = instance.elementName(card.head);
  const size = Object.values(parameters).join();
  const transistor = found.ofSize.get(size) ?? new MosLevel1(parameters);
  found.ofSize.set(size, transistor);
  instance.reading.circuit.add(new MosElement(name, drain, gate, source, bulk, transistor));
};
