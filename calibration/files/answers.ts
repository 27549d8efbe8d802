import { inputError, quoted } from '../../core/index.js';
import { readYaml } from '../../core/yaml/index.js';

/**
 * What somebody said of files that they cannot say themselves: by key of a question, or of a setting. Of `calibrate.yaml`, of
 * `--answers`, of `--answer KEY=VALUE`.
 */
export interface Answers {
  readonly [key: string]: string;
}

/** Every key that may be answered, with what goes there. */
export const answerKeys: Readonly<Record<string, string>> = {
  columns:
    'what each column is, from the left: time_s,voltage_V,current_uA; - for one that is not used, current_A* for all that follow',
  voltageUnit: 'V, mV',
  currentUnit: 'A, mA, uA, nA, pA',
  timeUnit: 's, ms, us, ns, min, h',
  resistanceUnit: 'ohm, kohm, Mohm',
  conductanceUnit: 'S, mS, uS, nS',
  xUnit: 'unit of the x axis of a digitised curve',
  yUnit: 'unit of the y axis of a digitised curve',
  xRange: 'values at the ends of an axis that runs from 0 to 100, as 0,1.5',
  yRange: 'the same of the y axis',
  quantity: 'conductance or current: what a train without a unit holds',
  commas: 'decimal or thousands: what a comma in a number is',
  kind: 'sweep, train, retention, noise, endurance: what was measured',
  curves: 'cells or cycles: what curves beside each other in one table are of',
  namePattern: 'what file names say, as {cell}_{amplitude}_{cycle}',
  readVoltage: 'voltage of the reads, as 0.1V',
  compliance: 'current limit, as 100uA',
  temperature: 'as 300K',
  area: 'of the device, in m²',
  thickness: 'of the layer, as 10nm',
  amplitude: 'of the pulses, as 1.2V',
  width: 'of the pulses, as 100ns',
  rate: 'of the samples, as 1kHz',
  frequency: 'of the drive of a loop, as 10Hz',
  seriesResistance: 'as 5kohm',
};

/** Answers for files of a folder: those for all, and those for files whose name a pattern fits. */
export interface AnswerSheet {
  readonly all: Answers;
  readonly files: readonly { readonly pattern: string; readonly answers: Answers }[];
}

const noAnswers: AnswerSheet = { all: {}, files: [] };

/**
 * Reads `calibrate.yaml`: keys and answers for all files, and under `files` the same for names and patterns with `*`.
 * @throws OhmpropError `calibrate.answers` (exit code 2)
 */
export function readAnswerSheet(text: string, source: string): AnswerSheet {
  const content = readYaml(text, source, 'calibrate.answers');
  if (content === null || content === undefined) return noAnswers;
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw inputError('calibrate.answers', `${source}: keys and answers are needed, as currentUnit: uA`);
  }
  const { files = {}, kind, format, $schema, ...all } = content as Record<string, unknown>;
  if (kind !== undefined && kind !== 'calibrate' && format === undefined) all.kind = kind;
  if (typeof files !== 'object' || files === null || Array.isArray(files)) {
    throw inputError('calibrate.answers', `${source}: files: names of files with their answers are needed`);
  }
  return {
    all: checked(all, source),
    files: Object.entries(files).map(([pattern, answers]) => ({
      pattern,
      answers: checked(answers, `${source}: files: ${quoted(pattern)}`),
    })),
  };
}

function checked(answers: unknown, source: string): Answers {
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) {
    throw inputError('calibrate.answers', `${source}: keys and answers are needed, as currentUnit: uA`);
  }
  return Object.fromEntries(
    Object.entries(answers).map(([key, value]) => {
      requireKey(key, source);
      if (typeof value !== 'string' && typeof value !== 'number') {
        throw inputError('calibrate.answers', `${source}: ${key}: a text or a number is needed`);
      }
      return [key, String(value)];
    }),
  );
}

/** @throws OhmpropError `calibrate.answers` that lists the keys */
function requireKey(key: string, source: string): void {
  if (Object.hasOwn(answerKeys, key)) return;
  throw inputError(
    'calibrate.answers',
    `${source}: ${quoted(key)} is no question; the keys are ${Object.keys(answerKeys).join(', ')}`,
  );
}

/** `currentUnit=uA` and more, as flags give them. @throws OhmpropError `calibrate.answers` */
export function answersOfFlags(flags: readonly string[]): Answers {
  return Object.fromEntries(
    flags.map((flag) => {
      const at = flag.indexOf('=');
      if (at < 1) {
        throw inputError(
          'calibrate.answers',
          `--answer ${quoted(flag)}: KEY=VALUE is needed, as currentUnit=uA`,
        );
      }
      const key = flag.slice(0, at).trim();
      requireKey(key, '--answer');
      return [key, flag.slice(at + 1).trim()];
    }),
  );
}

/** The answers that hold for a file: those for all, then those of each pattern that its name fits. @param name without folders */
export function answersFor(sheet: AnswerSheet, name: string): Answers {
  const fitting = sheet.files.filter(({ pattern }) => fitsPattern(name, pattern));
  return Object.assign({}, sheet.all, ...fitting.map(({ answers }) => answers));
}

/** `*` stands for any characters. In time that grows with the name alone. */
function fitsPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return name === pattern;
  const [first, last] = [parts[0], parts[parts.length - 1]];
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
