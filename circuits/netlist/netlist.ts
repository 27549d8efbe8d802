import { inputError } from '../../core/index.js';
import type {
  Diode,
  DiodeParameters,
  ElementModel,
  MosLevel1,
  MosParameters,
} from '../../devices/elements/index.js';
import { linearGain } from './control-laws.js';
import { ControlledCurrent, ControlledVoltage } from './controlled.js';
import type { Control, ControlLaw, NetlistElement } from './equations.js';
import { MosElement } from './mos.js';
import { CapacitorElement, InductorElement } from './reactive.js';
import { CurrentSource, VoltageSource } from './sources.js';
import { type SwitchParameters, switchLaw } from './switch-law.js';
import { DiodeElement, ModelElement, ResistorElement } from './two-terminal.js';
import type { Waveform } from './waveform.js';

/** The node all voltages are measured against; `gnd` is another name for it. */
export const ground = '0';

/** Lower case; `gnd` is ground. */
export function nodeName(text: string): string {
  const name = text.toLowerCase();
  return name === 'gnd' ? ground : name;
}

/**
 * A circuit of named nodes and elements, built in code or read from text. Names are case-insensitive. The methods
 * return the netlist, so that they chain.
 */
export class Netlist {
  private readonly byName = new Map<string, NetlistElement>();
  /** Node voltages from which the search for an operating point starts, V; 0 V where none is given. */
  readonly startVoltages_V = new Map<string, number>();

  constructor(readonly title = 'untitled circuit') {}

  get elements(): Iterable<NetlistElement> {
    return this.byName.values();
  }

  get size(): number {
    return this.byName.size;
  }

  element(name: string): NetlistElement | undefined {
    return this.byName.get(name.toLowerCase());
  }

  /** All node names in order of appearance, ground left out. */
  nodes(): string[] {
    const names = new Set<string>();
    for (const element of this.byName.values()) for (const node of element.nodes) names.add(node);
    names.delete(ground);
    return [...names];
  }

  /** @throws OhmpropError if the name is taken */
  add(element: NetlistElement): this {
    if (this.byName.has(element.name)) {
      throw inputError('netlist.duplicate', `element ${element.name} is there twice; give each its own name`);
    }
    this.byName.set(element.name, element);
    return this;
  }

  resistor(name: string, a: string, b: string, resistance_ohm: number): this {
    return this.add(new ResistorElement(name.toLowerCase(), nodeName(a), nodeName(b), resistance_ohm));
  }

  capacitor(name: string, a: string, b: string, capacitance_F: number, initial_V?: number): this {
    return this.add(
      new CapacitorElement(name.toLowerCase(), nodeName(a), nodeName(b), capacitance_F, initial_V),
    );
  }

  inductor(name: string, a: string, b: string, inductance_H: number, initial_A?: number): this {
    return this.add(
      new InductorElement(name.toLowerCase(), nodeName(a), nodeName(b), inductance_H, initial_A),
    );
  }

  voltage(name: string, plus: string, minus: string, source: Waveform | number): this {
    return this.add(new VoltageSource(name.toLowerCase(), nodeName(plus), nodeName(minus), source));
  }

  current(name: string, from: string, to: string, source: Waveform | number): this {
    return this.add(new CurrentSource(name.toLowerCase(), nodeName(from), nodeName(to), source));
  }

  diode(
    name: string,
    anode: string,
    cathode: string,
    parameters: Partial<DiodeParameters> | Diode = {},
  ): this {
    return this.add(new DiodeElement(name.toLowerCase(), nodeName(anode), nodeName(cathode), parameters));
  }

  /** A level-1 MOS transistor; `polarity: -1` for a p-channel. */
  mos(
    name: string,
    drain: string,
    gate: string,
    source: string,
    bulk: string,
    parameters: Partial<MosParameters> | MosLevel1 = {},
  ): this {
    const [d, g, s, b] = [drain, gate, source, bulk].map(nodeName);
    return this.add(new MosElement(name.toLowerCase(), d, g, s, b, parameters));
  }

  /** A two-terminal element of any model; a memristor with its state. */
  model(name: string, from: string, to: string, model: ElementModel, state?: number): this {
    return this.add(new ModelElement(name.toLowerCase(), nodeName(from), nodeName(to), model, state));
  }

  /** E: v(plus) − v(minus) = gain · (v(controlPlus) − v(controlMinus)). */
  voltageControlledVoltage(
    name: string,
    plus: string,
    minus: string,
    controlPlus: string,
    controlMinus: string,
    gain: number,
  ): this {
    return this.controlledVoltage(
      name,
      plus,
      minus,
      [{ plus: controlPlus, minus: controlMinus }],
      linearGain(gain),
    );
  }

  /** G: a current of transconductance · (v(controlPlus) − v(controlMinus)), from → to. */
  voltageControlledCurrent(
    name: string,
    from: string,
    to: string,
    controlPlus: string,
    controlMinus: string,
    transconductance_S: number,
  ): this {
    const controls = [{ plus: controlPlus, minus: controlMinus }];
    return this.controlledCurrent(name, from, to, controls, linearGain(transconductance_S));
  }

  /** F: a current of gain times the current through a voltage source, from → to. */
  currentControlledCurrent(name: string, from: string, to: string, source: string, gain: number): this {
    return this.controlledCurrent(name, from, to, [{ source }], linearGain(gain));
  }

  /** H: v(plus) − v(minus) = transresistance times the current through a voltage source. */
  currentControlledVoltage(
    name: string,
    plus: string,
    minus: string,
    source: string,
    transresistance_ohm: number,
  ): this {
    return this.controlledVoltage(name, plus, minus, [{ source }], linearGain(transresistance_ohm));
  }

  controlledCurrent(
    name: string,
    from: string,
    to: string,
    controls: readonly Control[],
    law: ControlLaw,
  ): this {
    const own = controls.map(normalControl);
    return this.add(new ControlledCurrent(name.toLowerCase(), nodeName(from), nodeName(to), own, law));
  }

  controlledVoltage(
    name: string,
    plus: string,
    minus: string,
    controls: readonly Control[],
    law: ControlLaw,
  ): this {
    const own = controls.map(normalControl);
    return this.add(new ControlledVoltage(name.toLowerCase(), nodeName(plus), nodeName(minus), own, law));
  }

  /** A switch between a and b, steered by v(controlPlus) − v(controlMinus). */
  switch(
    name: string,
    a: string,
    b: string,
    controlPlus: string,
    controlMinus: string,
    parameters: SwitchParameters,
  ): this {
    const controls = [
      { plus: a, minus: b },
      { plus: controlPlus, minus: controlMinus },
    ];
    return this.controlledCurrent(name, a, b, controls, switchLaw(parameters));
  }
}

function normalControl(control: Control): Control {
  if ('time' in control) return control;
  return 'source' in control
    ? { source: control.source.toLowerCase() }
    : { plus: nodeName(control.plus), minus: nodeName(control.minus) };
}
