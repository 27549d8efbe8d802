import { z } from 'zod';
import type { MeasuringCircuit } from '../../calibration/dynamics/index.js';
import { inputError, nearestWord, quoted, readQuantity } from '../../core/index.js';
import { readBy, repeatable, whole } from '../frame/index.js';

const parts = {
  series: ['series_ohm', 'ohm'],
  compliance: ['compliance_A', 'A'],
  bandwidth: ['bandwidth_Hz', 'Hz'],
} as const;

/** `series=5k,compliance=1mA,bandwidth=10kHz`, in any order. @throws OhmpropError `calibrate.circuit`, exit code 2 */
export function readCircuit(text: string): MeasuringCircuit {
  const found: Record<string, number> = { series_ohm: 0 };
  for (const part of text.split(',')) {
    const [, word = '', value] = /^\s*(\w+)\s*=\s*(\S.*)$/.exec(part) ?? [];
    if (!Object.hasOwn(parts, word)) {
      const near = nearestWord(word, Object.keys(parts));
      throw inputError(
        'calibrate.circuit',
        `${quoted(part.trim())} is no part of a circuit${near === undefined ? '' : `; did you mean ${near}?`} Write series=5k,compliance=1mA,bandwidth=10kHz, or some of them`,
      );
    }
    const [field, unit] = parts[word as keyof typeof parts];
    const number = readQuantity(value, unit, word).value;
    if (!(number > 0 || (number === 0 && word === 'series'))) {
      throw inputError('calibrate.circuit', `${word}: needs a number above 0, got ${quoted(value)}`);
    }
    found[field] = number;
  }
  return found as unknown as MeasuringCircuit;
}

const listed = (value: unknown): unknown => (typeof value === 'string' ? [value] : value);

/** Options of a fit of models with a state, beside those of all fits. */
export const loopOptions = {
  circuit: readBy(
    'circuit',
    readCircuit,
    z.custom<MeasuringCircuit>((value) => typeof value === 'object' && value !== null).optional(),
  ).meta({
    flag: '--circuit <parts>',
    description:
      'of models with a state: what measured, series=5k,compliance=1mA,bandwidth=10kHz (resistance between source and cell, current limit, filter of the current)',
  }),
  predict: repeatable(z.preprocess(listed, z.array(z.string()).default([]))).meta({
    kind: 'file',
    flag: '--predict <file>',
    description: 'of models with a state: loops that no fit sees and every model predicts; may be repeated',
  }),
  quick: z.boolean().default(false).meta({
    flag: '--quick',
    description: 'of models with a state: values alone, no intervals',
  }),
  seed: whole(z.number().int().min(0).default(0)).meta({
    flag: '--seed <n>',
    description: 'of the starts of a search for models with a state',
  }),
};
