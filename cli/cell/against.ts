import {
  goodnessOf,
  type LoopGoodness,
  type LoopMarks,
  LoopResponse,
  loopsOf,
  marksOf,
} from '../../calibration/dynamics/index.js';
import { MeasuredReader } from '../../calibration/files/index.js';
import { formatQuantity, inputError, printableLine, runError } from '../../core/index.js';
import type { ElementModel } from '../../devices/elements/index.js';

/** A measured loop, and what a model answers to its voltages. */
export interface Against extends LoopGoodness {
  readonly name: string;
  readonly times_s: Float64Array;
  readonly drive_V: Float64Array;
  /** Across the cell as measured: the drive less what the resistance took. */
  readonly across_V: Float64Array;
  readonly measured_A: Float64Array;
  readonly current_A: Float64Array;
  readonly voltage_V: Float64Array;
  readonly state: Float64Array;
  readonly marks: { readonly data: LoopMarks; readonly model: LoopMarks };
}

/** Steps between two samples: closer than any measurement tells. */
const SUBSTEPS = 8;

/**
 * Drives a model with the voltages of a measured file, through a series resistance, and holds it against the currents.
 * @throws OhmpropError `calibrate.*`, `dynamics.*` for a file that holds no loop, or does not say when its samples were taken
 */
export async function againstMeasured(
  model: ElementModel,
  path: string,
  series_ohm: number,
  start: number,
): Promise<{ readonly held: Against[]; readonly remarks: readonly string[] }> {
  const file = await new MeasuredReader({ answer: [] }).read(path);
  const question = file.questions.find(({ blocks, key }) => blocks && key !== 'kind');
  if (question !== undefined) {
    throw inputError(
      'calibrate.questions',
      `--against ${path}: ${question.text}; answer it in calibrate.yaml beside the file`,
    );
  }
  const { loops, remarks } = loopsOf(file, { series_ohm });
  if (loops.length === 0) {
    throw inputError('calibrate.no-loops', `--against ${path}: it holds no loop of current over voltage`);
  }
  const held = loops.map((loop) => {
    const response = new LoopResponse(loop, loop.circuit, [], SUBSTEPS);
    if (!response.run(model, start, false)) {
      throw runError(
        'device.not-finite',
        `${model.name}: its current or its state left the range of numbers under the voltages of ${loop.name}`,
      );
    }
    const { current_A, voltage_V, state } = response;
    const across = loop.drive_V.map((v, i) => v - series_ohm * loop.current_A[i]);
    return {
      name: loop.name,
      times_s: loop.times_s,
      drive_V: loop.drive_V,
      across_V: across,
      measured_A: loop.current_A,
      current_A,
      voltage_V,
      state,
      ...goodnessOf(loop, current_A),
      marks: { data: marksOf(across, loop.current_A), model: marksOf(voltage_V, current_A) },
    };
  });
  return { held, remarks };
}

/** A line for people. */
export function againstText({ name, r2, rmse_A, n, marks: { data, model } }: Against): string {
  const area = `loop area ${model.area_VA.toPrecision(3)} W (measured ${data.area_VA.toPrecision(3)} W)`;
  return `  against ${printableLine(name)}: R² ${r2.toFixed(4)}, RMSE ${formatQuantity(rmse_A, 'A')} over ${n} points, ${area}`;
}
