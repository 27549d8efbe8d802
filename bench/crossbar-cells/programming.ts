import { applyScheme, type CrossbarWires, describeCrossbar } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import {
  type ElementModel,
  elementPoint,
  expressionModel,
  LinearIonDrift,
} from '../../devices/elements/index.js';
import { cellsOperatingPoint, ProgrammedCells } from '../../solver/crossbar/index.js';
import { SEED, timeText, wires } from './cells.js';

/** Cells that pulses move: ion drift, and one whose current and rate both bend. */
async function moving(): Promise<
  Readonly<Record<string, { model: ElementModel; pulse_V: number; width_s: number }>>
> {
  const bent = await expressionModel({
    name: 'drift',
    current: 'g*(0.05 + x)*sinh(2*v)',
    rate: 'k*sinh(6*v)*(1.05 - x)*(x + 0.05)',
    state: { low: 0, high: 1, initial: 0.2 },
    parameters: { g: 2e-5, k: 1e3 },
  });
  return {
    'ion drift': { model: new LinearIonDrift(), pulse_V: 1, width_s: 1e-3 },
    'bent drift': { model: bent, pulse_V: 1, width_s: 1e-6 },
  };
}

function programmed(model: ElementModel, size: number, pulse_V: number, width_s: number, lines = wires) {
  const random = new RandomStream(SEED, 'states');
  const { low, high } = model.state!;
  const states = Float64Array.from({ length: size * size }, () =>
    random.between(low + 0.1 * (high - low), high - 0.4 * (high - low)),
  );
  return new ProgrammedCells({
    rows: size,
    columns: size,
    wires: lines,
    cells: { model, states },
    scheme: 'v/2',
    read_V: 0.1,
    potentiation: { amplitude_V: pulse_V, width_s },
    depression: { amplitude_V: -pulse_V, width_s },
  });
}

/** Times of pulses under v/2, and of reads. */
export async function pulses(size: number): Promise<void> {
  const random = new RandomStream(SEED, 'pulses');
  for (const [name, { model, pulse_V, width_s }] of Object.entries(await moving())) {
    const array = programmed(model, size, pulse_V, width_s);
    const before = array.states;
    const range = model.state!.high - model.state!.low;
    let id = 0;
    let [ms, processor_ms] = [0, 0];
    const times: number[] = [];
    const count = 40;
    for (let k = 0; k < count + 10; k++) {
      const usage = process.cpuUsage();
      const started = performance.now();
      const indices = Uint32Array.of(random.integer(size * size));
      await array.pulse({ counts: Int16Array.of(k % 4 === 3 ? -1 : 1), indices }, { id: ++id });
      const { user, system } = process.cpuUsage(usage);
      if (k < 10) continue;
      times.push(performance.now() - started);
      ms += performance.now() - started;
      processor_ms += (user + system) / 1000;
    }
    times.sort((a, b) => a - b);
    const after = array.states;
    const most = after.reduce((worst, x, k) => Math.max(worst, Math.abs(x - before[k])), 0);
    const place = { row: size >> 1, column: size >> 1, rows: 1, columns: 1 };
    const startedRead = process.cpuUsage();
    for (let k = 0; k < 50; k++) await array.read(place);
    const read = process.cpuUsage(startedRead);
    console.log(
      `${size} × ${size} ${name}: a pulse ${timeText({ ms: ms / count, processor_ms: processor_ms / count })} in the mean of ${count}, median ${times[count >> 1].toFixed(2)} ms (bar 3 ms); a read ${((read.user + read.system) / 50_000).toFixed(2)} ms of processor time (bar 2 ms); largest movement ${((100 * most) / range).toFixed(2)} % of the range`,
    );
    await array.close();
  }
}

/** Every state after some pulses beside Runge and Kutta's fourth order at fixed steps, each network an operating point by sparse factors. */
export async function beside(size: number, count: number): Promise<void> {
  const random = new RandomStream(SEED, 'pulses');
  const lines = { row_ohm: 5, column_ohm: 5, driver_ohm: 100, sense_ohm: 50 };
  for (const [name, { model, pulse_V, width_s }] of Object.entries(await moving())) {
    const array = programmed(model, size, pulse_V, width_s, lines);
    const range = model.state!.high - model.state!.low;
    let right: Float64Array = array.states;
    let most = 0;
    for (let id = 1; id <= count; id++) {
      const cell = random.integer(size * size);
      const sign = id % 3 === 0 ? -1 : 1;
      await array.pulse({ counts: Int16Array.of(sign), indices: Uint32Array.of(cell) }, { id });
      right = plainPulse(model, lines, size, right, cell, sign * pulse_V, width_s);
      for (const [k, x] of array.states.entries()) most = Math.max(most, Math.abs(x - right[k]) / range);
    }
    console.log(
      `${size} × ${size} ${name}, ${count} pulses: largest difference ${most.toExponential(1)} of the range (bar 1e-6)`,
    );
    await array.close();
  }
}

function plainPulse(
  model: ElementModel,
  lines: Partial<CrossbarWires>,
  size: number,
  from: Float64Array,
  cell: number,
  pulse_V: number,
  seconds: number,
): Float64Array {
  const {
    floatingRows: _rows,
    floatingColumns: _columns,
    ...drive
  } = applyScheme('v/2', {
    rows: size,
    columns: size,
    inputs_V: new Float64Array(size).fill(pulse_V),
    count: 1,
    selected: { row: Math.floor(cell / size), column: cell % size },
  });
  const conductances_S = new Float64Array(size * size).fill(1);
  const circuit = describeCrossbar({ rows: size, columns: size, wires: lines, conductances_S });
  const { low, high } = model.state!;
  const point = elementPoint();
  const rates = (states: Float64Array) => {
    const { word_V, bit_V } = cellsOperatingPoint(circuit, { model, states }, drive)!;
    return states.map((state, k) => {
      const v = word_V[k] - bit_V[k];
      model.evaluate(v, state, point);
      return model.rate!(v, point.current_A, state);
    });
  };
  const steps = 8;
  const h = seconds / steps;
  const clamp = (x: number) => Math.min(high, Math.max(low, x));
  let x = from;
  for (let n = 0; n < steps; n++) {
    const [k1, at] = [rates(x), x];
    const k2 = rates(at.map((s, k) => clamp(s + 0.5 * h * k1[k])));
    const k3 = rates(at.map((s, k) => clamp(s + 0.5 * h * k2[k])));
    const k4 = rates(at.map((s, k) => clamp(s + h * k3[k])));
    x = at.map((s, k) => clamp(s + (h / 6) * (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k])));
  }
  return x;
}
