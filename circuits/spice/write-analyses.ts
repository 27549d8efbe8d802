import { inputError } from '../../core/index.js';
import {
  CapacitorElement,
  type Crossing,
  controlOfKey,
  expressionText,
  InductorElement,
  IntegralElement,
  type Measure,
  type Signal,
  type SpiceDeck,
} from '../netlist/index.js';
import type { SpiceCircuit } from './spice-circuit.js';

/**
 * What a file asks for as cards, after its elements have been written: `.op`, `.dc`, `.tran`, `.meas`, where nodes start, tolerances.
 * @param deck how nodes and elements are named there
 */
export function analysisCards(circuit: SpiceCircuit, deck: SpiceDeck): string[] {
  const { op, dc, transient, tolerances, measures, initialVoltages_V } = circuit.analyses;
  const voltages = (nodes: Iterable<readonly [string, number]>) =>
    [...nodes].map(([node, value]) => `v(${deck.node(node)})=${value}`);
  // An integral stands at its start while an operating point is sought: a node on a capacitor would float.
  const integrals = [...circuit.elements]
    .filter((element) => element instanceof IntegralElement)
    .map((element) => [element.nodes[0], element.initial] as const);
  const ofElements = transient.some(({ holdInitial }) => holdInitial) ? initialOfElements(circuit) : [];
  const held = transient.length > 0 ? [...initialVoltages_V, ...ofElements, ...integrals] : [];
  return [
    ...card(
      '.options',
      Object.entries(tolerances).map(([name, value]) => `${name}=${value}`),
    ),
    ...card('.nodeset', voltages(circuit.startVoltages_V)),
    ...card('.ic', voltages(held)),
    ...(op || (dc.length === 0 && transient.length === 0) ? ['.op'] : []),
    ...dc.map(({ ranges }) =>
      [
        '.dc',
        ...ranges.map(({ source, start, stop, step }) => `${deck.nameOf(source)} ${start} ${stop} ${step}`),
      ].join(' '),
    ),
    ...transient.map(({ step_s, stop_s, start_s, maxStep_s, useInitial }) =>
      [
        `.tran ${step_s} ${stop_s} ${start_s}`,
        ...(maxStep_s === undefined ? [] : [maxStep_s]),
        ...(useInitial ? ['uic'] : []),
      ].join(' '),
    ),
    ...measures.map((measure) => measureText(measure, deck)),
  ];
}

/**
 * Where capacitors that start at a voltage hold their nodes while the operating point is sought: ngspice heeds IC= with UIC alone.
 * @throws `spice.write` where no card of ngspice says it: between two nodes, and of inductors
 */
function initialOfElements(circuit: SpiceCircuit): [string, number][] {
  const nodes: [string, number][] = [];
  for (const element of circuit.elements) {
    const ofInductor = element instanceof InductorElement && element.initial_A !== undefined;
    const ofCapacitor = element instanceof CapacitorElement && element.initial_V !== undefined;
    if (!ofInductor && !ofCapacitor) continue;
    const [a, b] = element.nodes;
    if (ofInductor || (a !== '0' && b !== '0')) {
      const what =
        'holds at the operating point in this dialect, which no card of ngspice says; add uic, or take it out';
      throw inputError('spice.write', `${element.name}: its IC= ${what}`);
    }
    const initial = (element as CapacitorElement).initial_V!;
    nodes.push(b === '0' ? [a, initial] : [b, -initial]);
  }
  return nodes;
}

const card = (head: string, fields: readonly string[]): string[] =>
  fields.length === 0 ? [] : [[head, ...fields].join(' ')];

function signalText(signal: Signal, deck: SpiceDeck): string {
  if ('source' in signal) return `i(${deck.nameOf(signal.source)})`;
  return signal.minus === '0'
    ? `v(${deck.node(signal.plus)})`
    : `v(${deck.node(signal.plus)},${deck.node(signal.minus)})`;
}

/** @param level how the level is introduced: `=` after WHEN, ` VAL=` after TRIG and TARG */
function crossingText(
  { signal, level, edge, which, after_s }: Crossing,
  deck: SpiceDeck,
  sign: string,
): string {
  const value = typeof level === 'number' ? `${level}` : signalText(level, deck);
  const delay = after_s === 0 ? '' : ` TD=${after_s}`;
  return `${signalText(signal, deck)}${sign}${value}${delay} ${edge.toUpperCase()}=${which === 'last' ? 'LAST' : which}`;
}

function measureText(measure: Measure, deck: SpiceDeck): string {
  const head = `.meas tran ${measure.name}`;
  const at = (one: Crossing | number, sign: string) =>
    typeof one === 'number' ? `AT=${one}` : crossingText(one, deck, sign);
  if ('when' in measure) return `${head} WHEN ${crossingText(measure.when, deck, '=')}`;
  if ('of' in measure) {
    const nameOf = (key: string): string => {
      const control = controlOfKey(key);
      return 'plus' in control ? control.plus : key;
    };
    return `${head} PARAM='${expressionText(measure.of, nameOf)}'`;
  }
  if ('find' in measure || 'slopeOf' in measure) {
    const when = typeof measure.at === 'number' ? at(measure.at, '') : `WHEN ${at(measure.at, '=')}`;
    const what =
      'find' in measure
        ? `FIND ${signalText(measure.find, deck)}`
        : `DERIV ${signalText(measure.slopeOf, deck)}`;
    return `${head} ${what} ${when}`;
  }
  if ('trigger' in measure)
    return `${head} TRIG ${at(measure.trigger, ' VAL=')} TARG ${at(measure.target, ' VAL=')}`;
  const from = measure.from_s > 0 ? ` FROM=${measure.from_s}` : '';
  const to = Number.isFinite(measure.to_s) ? ` TO=${measure.to_s}` : '';
  return `${head} ${measure.over.toUpperCase()} ${signalText(measure.signal, deck)}${from}${to}`;
}
