import { inputError, OhmpropError, readQuantity } from '../../core/index.js';
import { type Matrix, readMatrix, readNumber } from './read-matrix.js';

/** `--inputs 200mV`: every driven line at one voltage. Undefined where the text names a file. */
function oneVoltage(text: string): number | undefined {
  try {
    return readQuantity(text, 'V').value;
  } catch (error) {
    if (error instanceof OhmpropError) return undefined;
    throw error;
  }
}

/** What `--inputs` says. */
export interface InputsWanted {
  /** Driven lines, and how they are called. */
  readonly lines: number;
  readonly lineName: string;
  /** One row of the file is enough where a scheme selects one line. */
  readonly spread: boolean;
}

/**
 * Input vectors from a file, one row a driven line, or one voltage for all lines.
 * @returns row-major [vectors × lines], V
 * @throws OhmpropError `crossbar.file`, `crossbar.inputs`
 */
export async function readInputs(
  text: string,
  { lines, lineName, spread }: InputsWanted,
): Promise<{ count: number; inputs_V: Float64Array }> {
  const volts = oneVoltage(text);
  if (volts !== undefined) return { count: 1, inputs_V: new Float64Array(lines).fill(volts) };
  const inputs: Matrix = await readMatrix(
    text,
    '--inputs',
    (field, decimalComma) => readNumber(field, 'V', decimalComma),
    'a voltage in V is needed',
  );
  const one = spread && inputs.rows === 1 && lines > 1;
  if (inputs.rows !== lines && !one) {
    throw inputError(
      'crossbar.inputs',
      `--inputs: ${text} has ${inputs.rows} × ${inputs.columns} values; ${lines} rows are needed, one a ${lineName}, and one column an input vector${inputs.columns === lines ? ' (it looks transposed)' : ''}`,
    );
  }
  // a column of the file is an input vector, here a row is
  const count = inputs.columns;
  const inputs_V = new Float64Array(count * lines);
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < lines; i++) inputs_V[p * lines + i] = inputs.values[(one ? 0 : i * count) + p];
  }
  return { count, inputs_V };
}
