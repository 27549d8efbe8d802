import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { inputError, OhmpropError, readQuantity } from '../../core/index.js';
import {
  type LimitField,
  type Limits,
  limitFields,
  limitSchema,
  limitsText,
  requireLimits,
} from '../../devices/limits/index.js';
import { readLimits } from '../../drivers/instruments/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { type Io, printLine } from '../io.js';
import { limitsOptions, optionalAddress, saidLimits } from './options.js';

const { forming: _forming, noCurrentLimit: _noCurrentLimit, ...values } = limitsOptions;

export const limitsCommand = defineCommand({
  options: z.strictObject({ address: optionalAddress, ...values }),
  outputs: { '.yaml': 'the file of limits' },
  examples: [
    'ohmprop instrument limits smu:tcp://192.168.1.5:5025 -o my.limits.yaml',
    'ohmprop instrument limits --max-voltage 1.5V --compliance 100uA --max-width 1ms --max-pulses 1000 --formed 1.2V -o my.limits.yaml',
    'ohmprop instrument limits --limits my.limits.yaml --json',
  ],
  notes:
    'Opens nothing. Asks for what no flag says, where somebody sits at the terminal; every command that drives an instrument takes the file by --limits.',
  async answer({ address, limits: file, ...said }, { io }): Promise<Answer> {
    const before = file === undefined ? undefined : await readLimits(file);
    const flags = saidLimits(said);
    const asked = before === undefined ? await ask(io, flags) : flags;
    const { limits } = requireLimits('instrument limits', { file: before, flags: asked });
    const text = limitsText(limits, address?.text);
    return { text, json: { kind: 'limits', format: 1, ...limits }, outputs: { '.yaml': () => text } };
  },
});

/** Asks at a terminal for what was not said; without one nothing is asked. */
async function ask(io: Io, flags: Partial<Limits>): Promise<Partial<Limits>> {
  const { stdin, stderr } = io;
  const open = limitFields.filter(({ key }) => flags[key] === undefined);
  const needed = open.filter(({ needed }) => needed);
  if (needed.length === 0 || stdin === undefined || (stdin as { isTTY?: boolean }).isTTY !== true)
    return flags;
  const said: Partial<Record<keyof Limits, number>> = { ...flags };
  const terminal = createInterface({ input: stdin, output: stderr });
  // A terminal whose input ends has answered nothing more.
  const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  try {
    for (const field of open) {
      const { signal } = io;
      const question = questionOf(field);
      for (;;) {
        const asked = terminal.question(question, signal === undefined ? {} : { signal });
        const answer = await Promise.race([asked, closed]);
        if (answer === undefined)
          throw inputError('limits.missing', 'the questions were not answered; nothing was written');
        if (answer.trim() === '' && !field.needed) break;
        const value = answered(field, answer, (why) => printLine(stderr, why));
        if (value === undefined) continue;
        said[field.key] = value;
        break;
      }
    }
  } finally {
    terminal.close();
  }
  return said;
}

function questionOf({ what, unit, needed }: LimitField): string {
  return `${what}${unit === '1' ? '' : ` [${unit}]`}${needed ? '' : ' (Enter: none)'}: `;
}

function answered(
  { key, unit }: LimitField,
  answer: string,
  tell: (why: string) => void,
): number | undefined {
  try {
    const { value } = readQuantity(answer, unit);
    const read = limitSchema(key).safeParse(value);
    if (read.success) return value;
    tell(read.error.issues[0].message);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    tell(error.message);
  }
  return undefined;
}
