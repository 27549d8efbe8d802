import { quoted } from '../../../core/index.js';
import {
  CurrentSource,
  constant,
  exponential,
  piecewiseLinear,
  pulse,
  sine,
  VoltageSource,
  type Waveform,
  withDc,
} from '../../netlist/index.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { readNumber } from '../number.js';
import type { CardReader, Instance } from '../reader.js';

/** Defaults that SPICE takes from the .tran card; without one they are out of sight. */
const NEVER = Number.POSITIVE_INFINITY;

interface WaveformReader {
  readonly least: number;
  readonly most: number;
  build(values: readonly number[], card: Card): Waveform;
}

const waveforms: ReadonlyMap<string, WaveformReader> = new Map([
  [
    'sin',
    { least: 2, most: 6, build: ([vo, va, f, td, theta, phase]) => sine(vo, va, f ?? 0, td, theta, phase) },
  ],
  [
    'pulse',
    {
      least: 2,
      most: 8,
      build: ([low, high, td, tr, tf, width, period]) =>
        pulse(low, high, td ?? 0, tr ?? 0, tf ?? 0, width ?? NEVER, period ?? NEVER),
    },
  ],
  [
    'exp',
    {
      least: 2,
      most: 6,
      build: ([low, high, td1, tau1, td2, tau2]) =>
        exponential(low, high, td1 ?? 0, tau1 ?? 1e-9, td2 ?? NEVER, tau2 ?? 1e-9),
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

/** [DC] value [AC magnitude phase] [SIN|PULSE|PWL|EXP values…], in any order. */
function readSource(card: Card, instance: Instance): Waveform {
  const { tokens } = card;
  const { scope } = instance;
  const isNumber = (token: Token | undefined): boolean =>
    token !== undefined && (token.quoted || readNumber(token.text) !== undefined);
  let dc: number | undefined;
  let waveform: Waveform | undefined;
  let k = 3;
  while (k < tokens.length) {
    const token = tokens[k];
    const reader = token.quoted ? undefined : waveforms.get(token.text);
    if (reader !== undefined) {
      const values: number[] = [];
      for (k++; isNumber(tokens[k]); k++) values.push(scope.number(card, tokens[k], token.text));
      if (values.length < reader.least || values.length > reader.most) {
        throw card.error(
          'source',
          `${token.raw} takes ${reader.least} ${reader.most === NEVER ? 'values or more' : `to ${reader.most} values`}, got ${values.length}`,
          token,
        );
      }
      waveform = buildWaveform(reader, values, card, token);
    } else if (token.text === 'dc' && !token.quoted) {
      k += tokens[k + 1]?.text === '=' ? 2 : 1;
      dc = scope.number(card, tokens[k++], 'DC value');
    } else if (token.text === 'ac' && !token.quoted) {
      // Small-signal values do not matter here, but must be numbers.
      for (k++; isNumber(tokens[k]); k++) scope.number(card, tokens[k], 'AC value');
    } else if (dc === undefined && isNumber(token)) {
      dc = scope.number(card, token, 'value');
      k++;
    } else {
      throw card.error('source', `${quoted(token.raw)} is no value, DC, AC, SIN, PULSE, PWL or EXP`, token);
    }
  }
  if (waveform === undefined) return constant(dc ?? 0);
  return dc === undefined ? waveform : withDc(waveform, dc);
}

function buildWaveform(reader: WaveformReader, values: number[], card: Card, token: Token): Waveform {
  const waveform = reader.build(values, card);
  if (!Number.isFinite(waveform.dc)) {
    throw card.error('source', `${token.raw} comes out as ${waveform.dc} at time 0`, token);
  }
  return waveform;
}

export const voltageSource: CardReader = (card, instance) => {
  const [plus, minus] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  const source = readSource(card, instance);
  instance.reading.circuit.add(new VoltageSource(instance.elementName(card.head), plus, minus, source));
};

export const currentSource: CardReader = (card, instance) => {
  const [from, to] = nodeTokens(card, 2).map((token) => instance.node(token.text));
  const source = readSource(card, instance);
  instance.reading.circuit.add(new CurrentSource(instance.elementName(card.head), from, to, source));
};
