import { quoted } from '../../../core/index.js';
import {
  amplitudeModulated,
  CurrentSource,
  constant,
  exponential,
  frequencyModulated,
  piecewiseLinear,
  pulse,
  repeated,
  risen,
  sine,
  VoltageSource,
  type Waveform,
  withDc,
} from '../../netlist/index.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { readNumber } from '../number.js';
import type { CardReader, Instance } from '../reader.js';
import { addParasitics, parasiticNames } from './parasitics.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What sources take from the .tran card where they leave it out, s; without one it is out of sight. */
interface Defaults {
  readonly step_s: number;
  readonly stop_s: number;
}

interface WaveformReader {
  readonly least: number;
  readonly most: number;
  /** A last number that LTspice alone has: how often. */
  readonly cycles?: boolean;
  build(values: readonly number[], card: Card, defaults: Defaults): Waveform;
}

const sines: WaveformReader = {
  least: 2,
  most: 6,
  cycles: true,
  build: ([vo, va, f, td, theta, phase, cycles], _, { stop_s }) =>
    sine(vo, va, f || 1 / stop_s, td, theta, phase, cycles || NEVER),
};

const waveforms: ReadonlyMap<string, WaveformReader> = new Map([
  ['sin', sines],
  ['sine', sines],
  [
    'pulse',
    {
      // An eighth number is of pulses; none or 0 is as many as there are.
      least: 2,
      most: 8,
      build: ([low, high, td = 0, ...times], card, { step_s, stop_s }) => {
        const below = times.findIndex((value) => value < 0);
        if (below >= 0) {
          const what = ['rise time', 'fall time', 'width', 'period', 'number of pulses'][below];
          throw card.error('source', `the ${what} of PULSE must be 0 or more, got ${times[below]}`);
        }
        const [tr, tf, width, period, pulses] = times;
        const [rise_s, fall_s] = [tr || step_s, tf || step_s];
        return pulse(low, high, td, rise_s, fall_s, width || stop_s, period || stop_s, pulses || NEVER);
      },
    },
  ],
  [
    'exp',
    {
      least: 2,
      most: 6,
      // A first delay of 0 is a step long, as in ngspice.
      build: ([low, high, td1, tau1, td2, tau2], _, { step_s }) =>
        exponential(
          low,
          high,
          td1 || step_s,
          tau1 || step_s,
          td2 || (td1 || step_s) + step_s,
          tau2 || step_s,
        ),
    },
  ],
  [
    'sffm',
    {
      least: 2,
      most: 7,
      build: ([vo, va, fc, index = 0, fs], _, { stop_s }) =>
        frequencyModulated(vo, va, fc || 1 / stop_s, index, fs || 1 / stop_s),
    },
  ],
  [
    'am',
    {
      least: 4,
      most: 7,
      build: ([va, vo, mf, fc, td]) => amplitudeModulated(va, vo, mf, fc, td),
    },
  ],
  [
    'pwl',
    {
      least: 2,
      most: NEVER,
      build: (values, card) => {
        if (values.length % 2 === 1) throw card.error('source', 'PWL needs pairs of time and value');
        return piecewiseLinear(
          Array.from({ length: values.length / 2 }, (_, k) => [values[2 * k], values[2 * k + 1]] as const),
        );
      },
    },
  ],
]);

/** Words of a source that say nothing about operating points and transients. */
const idle = new Set(['distof1', 'distof2', 'portnum', 'z0']);
const words = new Set([...waveforms.keys(), ...idle, 'dc', 'ac']);

/** How a remark is written, where somebody wrote one after a star. */
export function remarkHint({ text }: Token): string {
  return text.startsWith('*') ? '; a remark after a card starts with ";" or " $ "' : '';
}

/** [DC] value [AC magnitude phase] [SIN|PULSE|PWL|EXP values…], in any order. */
function readSource(
  card: Card,
  instance: Instance,
): { source: Waveform; parasitics: ReadonlyMap<string, Token> } {
  const { tokens } = card;
  const parasitics = new Map<string, Token>();
  const { scope } = instance;
  const isNumber = (token: Token | undefined): boolean =>
    token !== undefined &&
    (token.quoted ||
      readNumber(token.text) !== undefined ||
      (!words.has(token.text) && scope.isName(token.text)));
  let dc: number | undefined;
  let waveform: Waveform | undefined;
  let k = 3;
  while (k < tokens.length) {
    const token = tokens[k];
    const reader = token.quoted ? undefined : waveforms.get(token.text);
    if (reader !== undefined) {
      const values: number[] = [];
      for (k++; isNumber(tokens[k]); k++) values.push(scope.number(card, tokens[k], token.text));
      const most = reader.cycles && instance.reading.dialect === 'ltspice' ? reader.most + 1 : reader.most;
      if (values.length < reader.least || values.length > most) {
        throw card.error(
          'source',
          `${token.raw} takes ${reader.least} ${most === NEVER ? 'values or more' : `to ${most} values`}, got ${values.length}`,
          token,
        );
      }
      waveform = buildWaveform(reader, values, card, token, instance);
      if (token.text === 'pwl') [waveform, k] = repeats(waveform, values, card, k, instance);
    } else if (token.text === 'dc' && !token.quoted) {
      k += tokens[k + 1]?.text === '=' ? 2 : 1;
      dc = scope.number(card, tokens[k++], 'DC value');
    } else if (token.text === 'ac' && !token.quoted) {
      // Small-signal values do not matter here, but must be numbers.
      if (tokens[k + 1]?.text === '=') k++;
      for (k++; isNumber(tokens[k]); k++) scope.number(card, tokens[k], 'AC value');
    } else if (idle.has(token.text) && !token.quoted) {
      // Distortion and radio-frequency ports: nothing here.
      if (tokens[k + 1]?.text === '=') k++;
      for (k++; isNumber(tokens[k]); k++) scope.number(card, tokens[k], token.text);
    } else if (parasiticNames.includes(token.text) && tokens[k + 1]?.text === '=' && tokens[k + 2]) {
      parasitics.set(token.text, tokens[k + 2]);
      k += 3;
    } else if (dc === undefined && isNumber(token)) {
      dc = scope.number(card, token, 'value');
      k++;
    } else {
      throw card.error(
        'source',
        `${quoted(token.raw)} is no value, DC, AC, SIN, PULSE, PWL, EXP, SFFM or AM${remarkHint(token)}`,
        token,
      );
    }
  }
  const stepped = instance.steppedValue(card);
  if (stepped !== undefined && waveform !== undefined) {
    throw card.error(
      'step',
      `${card.head} has a waveform; step a parameter in it instead, for instance PULSE(0 {amplitude} …)`,
    );
  }
  const { startup_s } = instance.reading.settings;
  let source = waveform ?? constant(stepped ?? dc ?? 0);
  if (waveform !== undefined && dc !== undefined) source = withDc(waveform, dc);
  return { source: startup_s === undefined ? source : risen(source, startup_s), parasitics };
}

/** r= and td= after the points of a PWL, in either order, and the field after them. */
function repeats(
  waveform: Waveform,
  points: readonly number[],
  card: Card,
  at: number,
  { scope }: Instance,
): [Waveform, number] {
  let [from_s, delay_s]: (number | undefined)[] = [];
  let k = at;
  for (; /^(r|td)$/.test(card.tokens[k]?.text ?? '') && card.tokens[k + 1]?.text === '='; k += 3) {
    const value = scope.number(card, card.tokens[k + 2], card.tokens[k].raw);
    if (card.tokens[k].text === 'td') delay_s = value;
    // ngspice's own word for none.
    else from_s = value === -1 ? undefined : value;
  }
  if (from_s === undefined && delay_s === undefined) return [waveform, k];
  return [repeated(waveform, from_s, points[points.length - 2], delay_s), k];
}

function buildWaveform(
  reader: WaveformReader,
  values: number[],
  card: Card,
  token: Token,
  { reading }: Instance,
): Waveform {
  // Without a .tran card only the value at time 0 matters.
  const waveform = reader.build(values, card, reading.settings.transient ?? { step_s: 1e-9, stop_s: NEVER });
  if (!Number.isFinite(waveform.dc)) {
    throw card.error('source', `${token.raw} comes out as ${waveform.dc} at time 0`, token);
  }
  return waveform;
}

export const voltageSource: CardReader = (card, instance) => {
  const [outer, minus] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  const { source, parasitics } = readSource(card, instance);
  const plus = addParasitics(card, instance, parasitics, outer, minus);
  instance.reading.circuit.add(new VoltageSource(instance.elementName(card.head), plus, minus, source));
};

export const currentSource: CardReader = (card, instance) => {
  const [from, to] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  let { source, parasitics } = readSource(card, instance);
  if (parasitics.has('rser') || parasitics.has('lser')) {
    throw card.error('source', `${card.head}: in series with a current source Rser and Lser change nothing`);
  }
  addParasitics(card, instance, parasitics, from, to);
  if (instance.copies !== 1) {
    if (!source.still) {
      const message = `${card.head} varies in a subcircuit called with m: call it several times instead`;
      instance.unsupported(card, message, undefined, false);
      return;
    }
    source = constant(source.dc * instance.copies);
  }
  instance.reading.circuit.add(new CurrentSource(instance.elementName(card.head), from, to, source));
};
