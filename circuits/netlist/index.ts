export {
  type Analyses,
  type DcAnalysis,
  type DcRange,
  noAnalyses,
  pointCount,
  type StepAxis,
  type TransientAnalysis,
  type TransientTolerances,
} from './analyses.js';
export { controlKey, controlOfKey } from './control-key.js';
export { linearGain, polynomial } from './control-laws.js';
export { ControlledCurrent, ControlledVoltage } from './controlled.js';
export { crossbarNetlist } from './crossbar-netlist.js';
export type {
  Control,
  ControlLaw,
  EquationPort,
  Law,
  NetlistElement,
  SharedArithmetic,
  SpiceDeck,
  SwitchRelation,
} from './equations.js';
export { expressionLaw } from './expression-law.js';
export { expressionText } from './expression-text.js';
export { DerivativeElement, IntegralElement } from './histories.js';
export { type LayeredOperation, layeredNetlist } from './layered-netlist.js';
export type { Crossing, Measure, Signal } from './measures.js';
export { MosElement } from './mos.js';
export { ground, Netlist, nodeName } from './netlist.js';
export { CapacitorElement, CouplingElement, InductorElement } from './reactive.js';
export { CurrentSource, VoltageSource } from './sources.js';
export { SwitchElement } from './switch.js';
export { type SwitchParameters, switchLaw } from './switch-law.js';
export { DiodeElement, ModelElement, ResistorElement } from './two-terminal.js';
export {
  amplitudeModulated,
  constant,
  exponential,
  frequencyModulated,
  piecewiseLinear,
  pulse,
  repeated,
  risen,
  sine,
  type Waveform,
  withDc,
} from './waveform.js';
