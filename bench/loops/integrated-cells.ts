import {
  type CellArray,
  type CellArrayInfo,
  type CellRange,
  checkPlan,
  checkRange,
  type DeviceState,
  type PulsePlan,
  type PulseReport,
  type PulseShape,
} from '../../devices/contract/index.js';
import { type ElementModel, elementPoint } from '../../devices/elements/index.js';
import { type ConductanceAxis, conductanceAxis } from '../../solver/device-waveform/index.js';

/** Steps of one pulse, classical Runge–Kutta of fourth order. */
const STEPS = 24;
const READ_V = 0.1;

/**
 * Cells of a model of current and state whose every pulse is integrated for itself, in float64 and fixed steps; slow and plain, to judge
 * what makes a table of them. The voltage is the cell's: nothing is in series.
 */
export class IntegratedCells implements CellArray {
  readonly info: CellArrayInfo;
  private readonly states: Float64Array;
  private readonly axis: ConductanceAxis;
  private readonly point = elementPoint();
  private lastUpdate = 0;

  constructor(
    private readonly model: ElementModel,
    private readonly pulses: { readonly potentiation: PulseShape; readonly depression: PulseShape },
    rows: number,
    columns: number,
  ) {
    this.axis = conductanceAxis(model, READ_V);
    this.states = new Float64Array(rows * columns).fill(this.axis.lowest);
    const { g_min_S, g_max_S } = this.axis;
    const lastUpdate = () => this.lastUpdate;
    this.info = {
      name: `${rows} × ${columns} integrated cells of ${model.name}`,
      ...{ rows, columns, g_min_S, g_max_S, read_min_S: g_min_S, read_max_S: g_max_S },
      ...{ readsVary: false, readTolerance: 0, maxPulses: 32_767, maxPulse_V: 10 },
      ...{ pulseShapes: 'nominal', nominalPulse: pulses, compliance_A: Number.POSITIVE_INFINITY },
      ...{ deterministic: true, restores: 'exact' },
      get lastUpdate() {
        return lastUpdate();
      },
    };
  }

  async read(range?: CellRange): Promise<Float64Array> {
    const { rows, columns } = this.info;
    const of = range ?? { row: 0, column: 0, rows, columns };
    checkRange(this.info, of);
    const { states, axis } = this;
    const span_S = axis.g_max_S - axis.g_min_S;
    return Float64Array.from({ length: of.rows * of.columns }, (_, k) => {
      const cell = (of.row + Math.floor(k / of.columns)) * columns + of.column + (k % of.columns);
      return axis.g_min_S + span_S * axis.shareOf(states[cell]);
    });
  }

  async pulse(plan: PulsePlan, { id }: { id: number }): Promise<PulseReport> {
    checkPlan(this.info, plan, id);
    const report = { potentiationPulses: 0, depressionPulses: 0, energy_J: Number.NaN };
    if (id <= this.lastUpdate) return { applied: false, ...report };
    this.lastUpdate = id;
    for (let k = 0; k < plan.counts.length; k++) {
      const count = plan.counts[k];
      if (count === 0) continue;
      if (count > 0) report.potentiationPulses += count;
      else report.depressionPulses -= count;
      const cell = plan.indices?.[k] ?? k;
      const shape = count > 0 ? this.pulses.potentiation : this.pulses.depression;
      for (let n = Math.abs(count); n > 0; n--) this.states[cell] = this.after(this.states[cell], shape);
    }
    return { applied: true, ...report };
  }

  /** State after one pulse. */
  private after(from: number, { amplitude_V, width_s }: PulseShape): number {
    const { model, point } = this;
    const { low, high } = model.state as NonNullable<ElementModel['state']>;
    const within = (x: number) => Math.max(low, Math.min(high, x));
    const rate = (x: number): number => {
      const at = within(x);
      model.evaluate(amplitude_V, at, point);
      return model.rate?.(amplitude_V, point.current_A, at) ?? 0;
    };
    const h = width_s / STEPS;
    let x = from;
    for (let step = 0; step < STEPS; step++) {
      const a = rate(x);
      const b = rate(x + 0.5 * h * a);
      const c = rate(x + 0.5 * h * b);
      x = within(x + (h / 6) * (a + 2 * b + 2 * c + rate(x + h * c)));
    }
    return x;
  }

  async set(conductances_S: Float64Array): Promise<void> {
    const { g_min_S, g_max_S } = this.axis;
    for (const [c, g_S] of conductances_S.entries()) {
      const share = Math.max(0, Math.min(1, (g_S - g_min_S) / (g_max_S - g_min_S)));
      this.states[c] = this.axis.stateAt(share);
    }
  }

  async snapshot(): Promise<DeviceState> {
    return { format: 'integrated-cells/1', arrays: { states: this.states.slice() }, values: {} };
  }

  async restore({ arrays }: DeviceState): Promise<void> {
    this.states.set(arrays.states);
  }

  async close(): Promise<void> {}
}
