import {
  channels,
  defaultMos,
  type GateCapacitances,
  MosLevel1,
  type MosParameters,
  Resistor,
} from '../../devices/elements/index.js';
import { linearGain } from './control-laws.js';
import type {
  ControlLaw,
  EquationPort,
  Law,
  NetlistElement,
  SharedArithmetic,
  SpiceDeck,
} from './equations.js';

/** A level-1 MOS transistor: drain, gate, source, bulk. Its resistances lie on nodes inside it. */
export class MosElement implements NetlistElement {
  readonly nodes: readonly string[];
  readonly model: MosLevel1;

  constructor(
    readonly name: string,
    drain: string,
    gate: string,
    source: string,
    bulk: string,
    parameters: Partial<MosParameters> | MosLevel1 = {},
  ) {
    this.nodes = [drain, gate, source, bulk];
    this.model = parameters instanceof MosLevel1 ? parameters : new MosLevel1(parameters);
  }

  describe(port: EquationPort): void {
    const { RD, RS, multiplier, polarity, W, CGSO, CGDO, CGBO } = this.model.values;
    const [outerDrain, gate, outerSource, bulk] = this.nodes;
    const inner = (outer: string, name: string, resistance_ohm: number): string => {
      if (resistance_ohm === 0) return outer;
      const node = port.internalNode(name);
      port.twoTerminal(outer, node, Resistor.ofConductance(multiplier / resistance_ohm), 0);
      return node;
    };
    const drain = inner(outerDrain, 'drain', RD);
    const source = inner(outerSource, 'source', RS);
    const controls = [gate, drain, bulk].map((plus) => ({ plus, minus: source }));
    port.controlledCurrent(drain, source, controls, channelLaw(this.model));
    for (const [side, node] of [
      ['drain', drain],
      ['source', source],
    ] as const) {
      const [plus, minus] = polarity > 0 ? [bulk, node] : [node, bulk];
      port.twoTerminal(plus, minus, this.model.junction(side), 0);
      for (const charge of this.model.junctionCharges(side)) {
        port.charge(plus, minus, [{ plus, minus }], charge);
      }
    }
    for (const [node, capacitance_F] of [
      [source, CGSO * W],
      [drain, CGDO * W],
      [bulk, CGBO * this.model.length_m],
    ] as const) {
      if (capacitance_F === 0) continue;
      port.charge(gate, node, [{ plus: gate, minus: node }], linearGain(capacitance_F * multiplier));
    }
    this.describeOxide(port, { source, drain, bulk });
  }

  private describeOxide(port: EquationPort, ends: Readonly<Record<Side, string>>): void {
    if (this.model.values.TOX === undefined) return;
    const gate = this.nodes[1];
    const controls = [gate, ends.drain, ends.bulk].map((plus) => ({ plus, minus: ends.source }));
    for (const side of ['source', 'drain', 'bulk'] as const) {
      port.capacitance(gate, ends[side], controls, oxideLaw(this.model, side));
    }
  }

  card(deck: SpiceDeck): void {
    const p = this.model.values;
    const ofModel: Record<string, number> = { level: 1, VTO: p.VTO, KP: p.KP };
    for (const key of MODEL_KEYS) {
      const value = p[key];
      if (value !== undefined && value !== defaultMos[key]) ofModel[key] = value;
    }
    if (p.nominal_C !== defaultMos.nominal_C) ofModel.TNOM = p.nominal_C;
    const options = [deck.model(p.polarity > 0 ? 'NMOS' : 'PMOS', ofModel), `L=${p.L}`, `W=${p.W}`];
    for (const key of ['AD', 'AS', 'PD', 'PS'] as const) if (p[key] !== 0) options.push(`${key}=${p[key]}`);
    if (p.multiplier !== 1) options.push(`m=${p.multiplier}`);
    if (p.temperature_C !== defaultMos.temperature_C) options.push(`temp=${p.temperature_C}`);
    deck.element('m', this.name, this.nodes, options.join(' '));
  }
}

const MODEL_KEYS = [
  ...(['GAMMA', 'PHI', 'LAMBDA', 'RD', 'RS', 'IS', 'JS', 'CBD', 'CBS', 'CJ', 'CJSW', 'PB', 'MJ'] as const),
  ...(['MJSW', 'FC', 'CGSO', 'CGDO', 'CGBO', 'TOX', 'LD'] as const),
];

/** Channels of many transistors at once. */
const sharedChannels: SharedArithmetic = {
  evaluate: channels,
  values(count, controls, numbers, values) {
    if (slopes_S.length < controls.length) slopes_S = new Float64Array(controls.length);
    channels(count, controls, numbers, values, slopes_S);
  },
};
let slopes_S = new Float64Array(0);

/** The channel as a law of the voltages of gate, drain and bulk against the source. */
function channelLaw(model: MosLevel1): ControlLaw {
  const { channelNumbers: numbers } = model;
  const current_A = new Float64Array(1);
  return {
    linear: false,
    shared: { arithmetic: sharedChannels, numbers },
    evaluate(controls, partials) {
      channels(1, controls, numbers, current_A, partials);
      return current_A[0];
    },
    // The element writes itself as a card of its own.
    text: () => '0',
  };
}

type Side = 'source' | 'drain' | 'bulk';

/** Meyer's capacitance from the gate to one side, of the voltages of gate, drain and bulk against the source. */
function oxideLaw(model: MosLevel1, side: Side): Law {
  const out: GateCapacitances = { source_F: 0, drain_F: 0, bulk_F: 0 };
  return {
    linear: false,
    evaluate([vgs, vds, vbs]) {
      model.gateCapacitances_F(vgs, vds, vbs, out);
      return out[`${side}_F`];
    },
  };
}
