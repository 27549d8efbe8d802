import { formatQuantity, inputError } from '../../core/index.js';
import { checkLayers } from './check-layers.js';

/** Window that every conductance into a layer is kept in, S. */
export interface ConductanceWindow {
  readonly g_min_S: number;
  readonly g_max_S: number;
}

/**
 * A deep resistive network (Kendall et al. 2020, arXiv 2006.01981; Scellier 2024, arXiv 2402.11674).
 * Each input signal x is doubled and amplified into two sources, A·x and −A·x. A conductance joins every source to
 * every node of layer 1, and every node of a layer to every node of the next. An ideal diode to ground holds the first half
 * of each hidden layer at v ≥ 0 and the second half at v ≤ 0; output nodes are free. A current source feeds each node.
 * A diode with a threshold V_t and an on-resistance R conducts (−V_t − v)/R into a node of the first half below −V_t, and takes
 * (v − V_t)/R out of one of the second half above V_t.
 */
export interface LayeredNetwork {
  /** Input signals; the network has twice as many source nodes. */
  readonly inputs: number;
  /** Amplifier gain A. */
  readonly inputGain: number;
  /** Nodes of each layer that settles: hidden …, output. */
  readonly layers: readonly number[];
  /** One window a layer. */
  readonly windows: readonly ConductanceWindow[];
  /** What the published, dimensionless numbers are multiplied by. */
  readonly units: NetworkUnits;
  readonly diode: HiddenDiode;
}

/** The diode of every hidden node. */
export interface HiddenDiode {
  /** Voltage at which it begins to conduct, V; 0 of an ideal one. */
  readonly threshold_V: number;
  /** Conductance while it conducts, S; Infinity of an ideal one. */
  readonly on_S: number;
}

/** SI values of one published, dimensionless conductance and voltage, S and V. */
export interface NetworkUnits {
  readonly conductance_S: number;
  readonly voltage_V: number;
}

/**
 * Size and scale of a deep resistive network: input signals, nodes of each hidden layer and of the output, all whole numbers ≥
 * 1; amplifier gain A; units, 1 µS and 1 mV when left out, with which a sample dissipates pico- to milliwatts.
 */
export interface LayeredNetworkOptions {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly inputGain: number;
  readonly units?: NetworkUnits;
  /** Of the hidden nodes' diodes; 0 when left out. */
  readonly diodeThreshold_V?: number;
  /** While they conduct; 0 when left out. */
  readonly diodeOn_ohm?: number;
  /** g_max/g_min; g_max is then 3/√(nodes before) in published units. Unlimited (g ≥ 0) when left out. */
  readonly windowRatio?: number;
  /** In place of a ratio: where every conductance of every layer lies. */
  readonly window?: ConductanceWindow;
}

/** Checks the options and describes the network. Throws `network.*` errors, exit code 2. */
export function layeredNetwork(options: LayeredNetworkOptions): LayeredNetwork {
  const {
    inputs,
    hidden,
    outputs,
    inputGain,
    windowRatio,
    window,
    diodeThreshold_V = 0,
    diodeOn_ohm = 0,
  } = options;
  const units = options.units ?? { conductance_S: 1e-6, voltage_V: 1e-3 };
  const layers = [...hidden, outputs];
  checkLayers(inputs, layers, 'nodes');
  positive(inputGain, 'inputGain');
  positive(units.conductance_S, 'units.conductance_S');
  positive(units.voltage_V, 'units.voltage_V');
  if (windowRatio !== undefined && !(windowRatio > 1)) {
    throw inputError('network.window', `window: g_max/g_min must be above 1, got ${windowRatio}`);
  }
  if (window !== undefined) requireDrawsInside(window, inputs, layers, units);
  const windows = layers.map((_, l) => {
    if (window !== undefined) return window;
    if (windowRatio === undefined) return { g_min_S: 0, g_max_S: Number.POSITIVE_INFINITY };
    const g_max_S = (3 / Math.sqrt(nodesBefore(inputs, layers, l))) * units.conductance_S;
    return { g_min_S: g_max_S / windowRatio, g_max_S };
  });
  notNegative(diodeThreshold_V, 'diodeThreshold_V');
  notNegative(diodeOn_ohm, 'diodeOn_ohm');
  const diode = {
    threshold_V: diodeThreshold_V,
    on_S: diodeOn_ohm === 0 ? Number.POSITIVE_INFINITY : 1 / diodeOn_ohm,
  };
  return { inputs, inputGain, layers, windows, units, diode };
}

/** A window above all that `drawConductances` draws would begin with every conductance of a layer alike. */
function requireDrawsInside(
  { g_min_S, g_max_S }: ConductanceWindow,
  inputs: number,
  layers: readonly number[],
  { conductance_S }: NetworkUnits,
): void {
  const highest = layers.map((_, l) => conductance_S / Math.sqrt(nodesBefore(inputs, layers, l)));
  const l = highest.findIndex((drawn_S) => !(drawn_S > g_min_S));
  if (l < 0) return;
  const fitting =
    (g_max_S / 3) * Math.sqrt(Math.max(...layers.map((_, k) => nodesBefore(inputs, layers, k))));
  throw inputError(
    'network.window',
    `window: layer ${l + 1} begins with conductances up to ${formatQuantity(highest[l], 'S')}, all below ${formatQuantity(g_min_S, 'S')}, so that all would begin alike; give one number, g_max/g_min, or a larger unit, for instance --set network.units.conductance_S=${fitting.toPrecision(3)}`,
  );
}

/** Nodes that feed layer l: the doubled sources for the first, the layer before for the others. */
export function nodesBefore(inputs: number, layers: readonly number[], l: number): number {
  return l === 0 ? 2 * inputs : layers[l - 1];
}

/** Hidden nodes of a layer of `size` that are held at v ≥ 0; the rest of the layer is held at v ≤ 0. */
export function excitatoryNodes(size: number): number {
  return Math.ceil(size / 2);
}

/** For people: `784×2-100-10`. */
export function describeLayers(network: LayeredNetwork): string {
  return [`${network.inputs}×2`, ...network.layers].join('-');
}

function positive(value: number, field: string): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw inputError('network.positive', `${field}: must be positive and finite, got ${value}`);
  }
}

function notNegative(value: number, field: string): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw inputError('network.diode', `${field}: must be 0 or more, and finite, got ${value}`);
  }
}
