import { createHash } from 'node:crypto';
import { z } from 'zod';
import { inputError, quoted } from '../../core/index.js';
import { readJson, readRegularFile } from '../../core/input/index.js';
import { boardProfile, nominalParts, terminalName } from '../../devices/boards/index.js';
import { ohmpropVersion } from '../../records/index.js';
import { straightLine } from './found-parts.js';
import { type MeasuredBoard, partsOfEstimates } from './measured-board.js';
import type { Predicting } from './predict.js';

/** Where the JSON Schema of these files is published; `docs/schemas/board-1.json` of the package is the same. */
export const BOARD_SCHEMA =
  'https://raw.githubusercontent.com/ohmprop/ohmprop/main/docs/schemas/board-1.json';
/** A board of 84 pots is some 500 kB. */
const MAX_BYTES = 2 ** 24;

const finite = z.number();
const estimate = z.strictObject({
  value: finite,
  low: finite,
  high: finite,
  identified: z.boolean().meta({ description: 'readings tell it; else it is as the data sheet has it' }),
});
const converter = { name: z.string(), gain: estimate, offset_V: estimate, bow_V: estimate };
const seconds = finite.nullable();

/** What a file `*.board.json` holds. */
export const boardFileSchema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal('board-calibration'),
  format: z.literal(1),
  serial: z.string().max(80),
  profile: z
    .string()
    .meta({ description: 'which board it is; boards of one firmware are told apart by measuring' }),
  date: z.iso.datetime(),
  provenance: z.strictObject({
    program: z.string(),
    line: z.string().optional(),
    firmware: z.string().optional(),
    boots: z.number().optional(),
    seed: z.number().optional(),
    reads: z.number(),
    readings: z.number(),
    circuits: z.number(),
    wiperSteps: z.number(),
  }),
  noise_V: finite.nonnegative().meta({ description: 'of one conversion, r.m.s.' }),
  misfit: finite.meta({ description: 'what is left of readings, in units of their noise' }),
  scaleSigma: finite.meta({
    description:
      'what all conductances have in common, relative, 1 σ, beside the tolerance of what they are weighed against',
  }),
  heldOut: z.strictObject({ tapSets: finite, readings: finite, rms_V: finite, largest_V: finite }),
  settle: z.strictObject({ timeConstant_s: seconds, sigma_s: seconds, settled_s: seconds }),
  notIdentified: z.array(z.string()),
  sources: z.array(z.strictObject({ ...converter, switch_ohm: estimate })),
  nudges: z.array(z.strictObject({ ...converter, conductance_S: estimate, load_S: estimate })),
  readers: z.array(z.strictObject(converter)),
  diodes: z.array(z.array(z.strictObject({ IS_A: estimate, N: estimate, RS_ohm: estimate }))),
  leakage_A: z.array(estimate),
  pots: z.array(
    z.strictObject({
      pot: z.number().int(),
      from: z.string(),
      to: z.string(),
      atZero_ohm: finite.meta({
        description: 'wiper and series resistance, from a straight line over the taps',
      }),
      endToEnd_ohm: finite,
      nonlinearity: finite.meta({ description: 'largest distance from that line, of end to end' }),
      resistance_ohm: z.array(finite.positive()).meta({ description: 'from the least tap on' }),
      sigma: z.array(finite.nonnegative()).meta({ description: 'relative, 1 σ' }),
    }),
  ),
});

/** A board's calibration as its file has it. */
export type BoardFile = z.infer<typeof boardFileSchema>;

/** A calibration as read: it foretells readings, and its parts make a simulated board. */
export interface ReadBoardFile extends Predicting {
  readonly path: string;
  readonly sha256: string;
  readonly text: string;
  readonly file: BoardFile;
}

/** Where and of which board a calibration was made. */
export interface CalibrationOrigin {
  readonly serial: string;
  readonly line?: string;
  readonly firmware?: string;
  readonly boots?: number;
  readonly seed?: number;
  /** Default now. */
  readonly date?: Date;
}

/** The file of a calibration. */
export async function boardFile(found: MeasuredBoard, origin: CalibrationOrigin): Promise<BoardFile> {
  const { profile } = found;
  const { serial, date = new Date(), ...from } = origin;
  const name = (terminal: number) => terminalName(profile, terminal);
  const { noise_V, misfit, scaleSigma, heldOut, settle, notIdentified } = found;
  const { reads, readings, circuits, wiperSteps } = found;
  const file = {
    $schema: BOARD_SCHEMA,
    ...{ kind: 'board-calibration', format: 1, serial, profile: profile.name, date: date.toISOString() },
    provenance: {
      program: `ohmprop ${await ohmpropVersion()}`,
      ...from,
      ...{ reads, readings, circuits, wiperSteps },
    },
    ...{ noise_V, misfit, scaleSigma, heldOut, settle, notIdentified: [...notIdentified] },
    sources: found.sources.map((part, s) => ({ name: name(s), ...part })),
    nudges: found.nudges.map((part, k) => ({ name: `nudge ${k}`, ...part })),
    readers: found.readers.map((part, n) => ({ name: name(profile.sources + n), ...part })),
    diodes: found.diodes,
    leakage_A: found.leakage_A,
    pots: found.pots.map(({ resistance_ohm, sigma }, pot) => ({
      ...{ pot, from: name(profile.from(pot)), to: name(profile.to(pot)) },
      ...straightLine(profile, resistance_ohm),
      ...{ resistance_ohm, sigma },
    })),
  };
  return boardFileSchema.parse(JSON.parse(JSON.stringify(file, shortNumber)));
}

/** Seven digits: a tenth of what any of these numbers is known to, and more. */
const shortNumber = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;

/** The text of a file: JSON, an estimate and a list of numbers on one line each. */
export function boardFileText(file: BoardFile): string {
  return `${JSON.stringify(file, null, 2).replace(
    /\[\s+(-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*)\s+\]|\{\s+"value"[^{}]*\}/g,
    (text) => text.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  )}\n`;
}

/** Whether a name is that of a board's calibration, by its ending. */
export const isBoardFileName = (name: string): boolean => /\.board\.json$/i.test(name);

/**
 * Reads and checks a `*.board.json`.
 * @throws `board-file.unreadable`, `board-file.syntax`, `board-file.kind`, `board-file.invalid` (exit code 2)
 */
export async function readBoardFile(path: string): Promise<ReadBoardFile> {
  const at = { file: path };
  const bytes = await readRegularFile(path, { most_bytes: MAX_BYTES }).catch((cause: Error) => {
    throw inputError('board-file.unreadable', `${path}: cannot be read (${cause.message})`, cause, at);
  });
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = readJson(text);
  } catch (cause) {
    throw inputError('board-file.syntax', `${path}: not JSON: ${(cause as Error).message}`, cause, at);
  }
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (kind !== 'board-calibration') {
    throw inputError(
      'board-file.kind',
      `${path}: no calibration of a board (kind ${quoted(String(kind))}); ohmprop board calibrate makes one`,
      undefined,
      at,
    );
  }
  const checked = boardFileSchema.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const field = issue.path.join('.');
    throw inputError(
      'board-file.invalid',
      `${path}: ${field || 'file'}: ${issue.message}; calibrate it anew`,
      undefined,
      {
        file: path,
        field,
      },
    );
  }
  const file = checked.data;
  return {
    path,
    text,
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...predicting(file, path),
  };
}

/** @throws `board.profile`, `board-file.invalid` where lists are not as long as the board needs */
function predicting(file: BoardFile, path: string): Predicting {
  const profile = boardProfile(file.profile);
  const nodes = profile.hidden + profile.outputs;
  const taps = profile.tapMax - profile.tapMin + 1;
  const lengths: readonly [string, number, number][] = [
    ['sources', file.sources.length, profile.sources],
    ['nudges', file.nudges.length, profile.outputs],
    ['readers', file.readers.length, nodes],
    ['diodes', file.diodes.length, profile.hidden],
    ...file.diodes.map((group, j): [string, number, number] => [
      `diodes.${j}`,
      group.length,
      j < profile.hidden ? profile.diodes(j).length : group.length,
    ]),
    ['leakage_A', file.leakage_A.length, nodes],
    ['pots', file.pots.length, profile.pots],
    ...file.pots.flatMap(({ resistance_ohm, sigma }, e): [string, number, number][] => [
      [`pots.${e}.resistance_ohm`, resistance_ohm.length, taps],
      [`pots.${e}.sigma`, sigma.length, taps],
    ]),
  ];
  const wrong = lengths.find(([, got, wanted]) => got !== wanted);
  if (wrong !== undefined) {
    const [field, got, wanted] = wrong;
    throw inputError(
      'board-file.invalid',
      `${path}: ${field} has ${got} entries, a ${profile.name} board needs ${wanted}; calibrate it anew`,
      undefined,
      { file: path, field },
    );
  }
  const name = `calibration of ${file.serial}, ${file.date.slice(0, 10)}`;
  return {
    profile,
    parts: partsOfEstimates(nominalParts(profile), name, file),
    pots: file.pots,
    heldOut: file.heldOut,
  };
}

/** The JSON Schema of a board's calibration, as it is published. */
export function boardJsonSchema(): object {
  return { $id: BOARD_SCHEMA, ...z.toJSONSchema(boardFileSchema) };
}
