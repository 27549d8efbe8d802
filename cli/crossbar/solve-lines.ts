import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { CrossbarWires } from '../../circuits/crossbar/index.js';
import { inputError, OhmpropError, quoted, runError } from '../../core/index.js';
import { Crossbar, CrossbarMemory } from '../../solver/crossbar/index.js';
import type { Answer } from '../frame/index.js';
import type { Io } from '../io.js';
import type { SolverFlags } from './flags.js';
import { lineOptions, wiresOf } from './lines.js';
import { type CrossbarFlags, crossbarOptions } from './options.js';
import { productOptions } from './weights.js';

const packed = z.strictObject({ base64: z.string(), shape: z.array(z.number().int().positive()).length(2) });
const MATRIX = 'needs rows of numbers, [[…], …], or {"base64": "…", "shape": [rows, columns]}';
const matrix = z.union([z.array(z.array(z.number())), packed], MATRIX);
const request = z.strictObject({
  id: z.union([z.string(), z.number()]).optional(),
  conductances_S: matrix.optional(),
  inputs_V: z
    .union([z.number(), z.array(z.number()), matrix], `${MATRIX}; or one vector, or one voltage`)
    .optional(),
  nodes: z.boolean().optional(),
});
type Request = z.infer<typeof request>;
type RequestMatrix = z.infer<typeof matrix>;

/** How lines look, for people. */
export const stdinNotes =
  'With --stdin every line is an object, answered by a line: {"id": 1, "conductances_S": [[…], …], "inputs_V": [[…], …], "nodes": true}. ' +
  'inputs_V has one row a word line, one column an input vector (or is one vector, or one voltage for all lines); a matrix may also be {"base64": "…", "shape": [rows, columns]}, its float64 little-endian, row by row, which is read in a tenth of the time. ' +
  'What is left out is as in the line before, and so is what was made ready for it: with other inputs alone, nothing is set up again. ' +
  'A line that cannot be answered gets {"id": …, "error": {…}}, and the next one is read; the exit code is then 1 at the end.';

/** A line longer than this is no request. */
const MAX_LINE_BYTES = 256 * 2 ** 20;
const NEWLINE = 10;

interface Numbers {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Answers line after line of stdin, each by an object. */
export function solveLines(io: Io, flags: CrossbarFlags & SolverFlags): Answer {
  requireNothingElse({ ...flags });
  if (io.stdin === undefined)
    throw inputError('crossbar.usage', '--stdin: there is no standard input to read');
  return { text: '', json: {}, replies: repliesTo(io.stdin, flags) };
}

async function* repliesTo(
  stdin: NodeJS.ReadableStream,
  flags: CrossbarFlags & SolverFlags,
): AsyncGenerator<object> {
  const solver = new LineSolver(flags);
  let line = 0;
  const failed: number[] = [];
  try {
    for await (const text of linesOf(stdin)) {
      line++;
      if (text.trim() === '') continue;
      const reply = solver.answer(text, line);
      if ('error' in reply || reply.status !== 'settled') failed.push(line);
      yield reply;
    }
  } finally {
    solver.close();
  }
  if (failed.length === 0) return;
  throw runError(
    'crossbar.lines-failed',
    `${failed.length} of ${line} lines were not solved, first line ${failed[0]}; its reply says why`,
  );
}

/** Keeps the crossbar of the last line, and the memory of those before. */
class LineSolver {
  private readonly memory = new CrossbarMemory();
  private readonly wires: CrossbarWires;
  private cells: Numbers | undefined;
  private inputs: Request['inputs_V'];
  private crossbar: Crossbar | undefined;

  constructor(private readonly flags: CrossbarFlags & SolverFlags) {
    this.wires = wiresOf(flags);
  }

  answer(text: string, line: number): Record<string, unknown> {
    let id: Request['id'];
    try {
      const asked = readRequest(text, line);
      id = asked.id;
      return { ...(id === undefined ? {} : { id }), ...this.solve(asked, line) };
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      const { code, message } = error;
      return { ...(id === undefined ? {} : { id }), error: { code, message, where: { line } } };
    }
  }

  close(): void {
    this.crossbar?.close();
  }

  private solve({ conductances_S, inputs_V = this.inputs, nodes = false }: Request, line: number) {
    const other =
      conductances_S === undefined ? undefined : numbersOf(conductances_S, line, 'conductances_S');
    const cells = other ?? this.cells;
    if (cells === undefined)
      throw refused(line, 'conductances_S', 'the first line needs cells, as [[1e-5, 2e-5], [3e-5, 0]]');
    if (inputs_V === undefined) throw refused(line, 'inputs_V', 'the first line needs inputs, as [0.2, 0.1]');
    const { rows, columns } = cells;
    const { count, rows_V } = inputsOf(inputs_V, rows, line);
    const crossbar = this.of(cells, other !== undefined);
    this.inputs = inputs_V;
    const solution = crossbar.solve({ count, rows_V }, { nodeVoltages: nodes });
    const { status, stats, setupSeconds, solveSeconds, outputCurrents_A, power_W } = solution;
    return {
      rows,
      cols: columns,
      inputs: count,
      status,
      ...(status === 'settled' ? {} : { message: solution.message }),
      ...stats,
      setupSeconds: other === undefined ? 0 : setupSeconds,
      solveSeconds,
      outputCurrents_A: Array.from({ length: columns }, (_, j) =>
        Array.from({ length: count }, (_, p) => outputCurrents_A[p * columns + j]),
      ),
      power_W: Array.from(power_W),
      ...(nodes
        ? {
            wordVoltages_V: packedOf(solution.wordVoltages_V, [count, rows, columns]),
            bitVoltages_V: packedOf(solution.bitVoltages_V, [count, rows, columns]),
          }
        : {}),
    };
  }

  /** The crossbar of these cells; the last one where they are its. Nothing is kept of cells that are refused. */
  private of(cells: Numbers, others: boolean): Crossbar {
    if (!others && this.crossbar !== undefined) return this.crossbar;
    this.crossbar?.close();
    this.crossbar = undefined;
    this.cells = undefined;
    const { rows, columns, values } = cells;
    const { driveBothEnds, senseEnds, floatRows, floatCols, threads, tolerance } = this.flags;
    this.crossbar = new Crossbar(
      {
        rows,
        columns,
        conductances_S: values,
        wires: this.wires,
        driveBothEnds,
        senseEnds,
        floatingRows: floatRows,
        floatingColumns: floatCols,
      },
      { threads, tolerance, memory: this.memory, copyCells: false },
    );
    this.cells = cells;
    return this.crossbar;
  }
}

function readRequest(text: string, line: number): Request {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no JSON';
    throw inputError('crossbar.request', `stdin line ${line}: ${why}; a line is one JSON object`);
  }
  const parsed = request.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw refused(
    line,
    path.join('.') || 'line',
    `${message}; known are id, conductances_S, inputs_V and nodes`,
  );
}

function numbersOf(given: RequestMatrix, line: number, field: string): Numbers {
  if ('base64' in given) {
    const [rows, columns] = given.shape;
    const bytes = Buffer.from(given.base64, 'base64');
    if (bytes.length !== rows * columns * 8) {
      throw refused(
        line,
        field,
        `${bytes.length} bytes of base64 are not ${rows} × ${columns} numbers of 8 bytes each`,
      );
    }
    // A copy, as numbers in place must begin at a multiple of 8.
    const values = new Float64Array(rows * columns);
    new Uint8Array(values.buffer).set(bytes);
    return { rows, columns, values };
  }
  const rows = given.length;
  const columns = given[0]?.length ?? 0;
  if (columns === 0) throw refused(line, field, 'it is empty');
  const values = new Float64Array(rows * columns);
  for (const [i, row] of given.entries()) {
    if (row.length !== columns) {
      throw refused(
        line,
        field,
        `row ${i} (from 0) has ${row.length} numbers, row 0 has ${columns}; give rows of one length`,
      );
    }
    values.set(row, i * columns);
  }
  return { rows, columns, values };
}

/** Input vectors, [count × rows]. */
function inputsOf(
  given: NonNullable<Request['inputs_V']>,
  rows: number,
  line: number,
): { count: number; rows_V: Float64Array } {
  if (typeof given === 'number') return { count: 1, rows_V: new Float64Array(rows).fill(given) };
  const isVector = Array.isArray(given) && typeof given[0] === 'number';
  const {
    rows: lines,
    columns: count,
    values,
  } = isVector
    ? { rows: given.length, columns: 1, values: Float64Array.from(given as number[]) }
    : numbersOf(given as RequestMatrix, line, 'inputs_V');
  if (lines !== rows) {
    throw refused(
      line,
      'inputs_V',
      `got ${lines} rows for ${rows} word lines; one row a word line, one column an input vector`,
    );
  }
  return {
    count,
    rows_V: Float64Array.from(values, (_, k) => values[(k % rows) * count + Math.floor(k / rows)]),
  };
}

function packedOf(values: Float64Array, shape: readonly number[]) {
  return {
    base64: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
    shape,
  };
}

function refused(line: number, field: string, why: string): OhmpropError {
  return inputError('crossbar.request', `stdin line ${line}, ${field}: ${why}`);
}

/** Lines of a stream of bytes, without their ends. */
async function* linesOf(stdin: NodeJS.ReadableStream): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    let bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield Buffer.concat([...parts, bytes.subarray(0, end)]).toString('utf8');
      bytes = bytes.subarray(end + 1);
      parts = [];
      length = 0;
    }
    parts.push(bytes);
    length += bytes.length;
    if (length > MAX_LINE_BYTES) {
      throw inputError(
        'crossbar.request',
        `stdin: a line of more than ${MAX_LINE_BYTES / 2 ** 20} MiB; one array a line is taken`,
      );
    }
  }
  if (length > 0) yield Buffer.concat(parts).toString('utf8');
}

/** What lines leave to flags; all else they say themselves, or do not know. */
const besideLines = new Set([
  ...Object.keys(lineOptions).filter((key) => key !== 'inputsOn'),
  ...['floatRows', 'floatCols', 'threads', 'tolerance'],
]);

/** @throws `crossbar.usage` for a flag that would be of no use */
function requireNothingElse(flags: Readonly<Record<string, unknown>>): void {
  for (const [key, field] of Object.entries({ ...crossbarOptions, ...productOptions })) {
    if (besideLines.has(key)) continue;
    const value = flags[key];
    const unasked = (field as z.ZodType).safeParse(undefined);
    if (!unasked.success || isDeepStrictEqual(value, unasked.data)) continue;
    const flag = (field as z.ZodType).meta()?.flag?.split(' ')[0];
    throw inputError(
      'crossbar.usage',
      `${flag}: not with --stdin, whose lines say cells as conductances, and input voltages of all word lines; got ${quoted(String(value))}`,
    );
  }
  if (flags.transfer === true)
    throw inputError(
      'crossbar.usage',
      '--transfer: not with --stdin, which keeps what it has made ready anyway',
    );
}
