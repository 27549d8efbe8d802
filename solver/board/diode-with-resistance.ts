import { Diode, type DiodeParameters, elementPoint } from '../../devices/elements/index.js';

/**
 * A diode and its series resistance as one element, so that a circuit needs no node between them: the junction voltage
 * is found by Newton inside, from the last one.
 */
export class DiodeWithResistance {
  current_A = 0;
  conductance_S = 0;
  private readonly junction: Diode;
  private readonly series_ohm: number;
  private junction_V = 0;
  private readonly point = elementPoint();

  constructor(parameters: DiodeParameters) {
    this.junction = new Diode(parameters);
    this.series_ohm = parameters.RS;
  }

  /** Current and slope at a voltage across both, V. */
  evaluate(across_V: number): void {
    const { junction, point, series_ohm } = this;
    let v = this.junction_V;
    for (let pass = 0; pass < 100; pass++) {
      junction.evaluate(v, 0, point);
      // Residual of v + RS·I(v) = across; its slope is at least 1.
      const step = (across_V - v - series_ohm * point.current_A) / (1 + series_ohm * point.conductance_S);
      const next = junction.limit_V(v + step, v);
      const moved = Math.abs(next - v);
      v = next;
      if (moved < 1e-13) break;
    }
    junction.evaluate(v, 0, point);
    this.junction_V = v;
    this.current_A = point.current_A;
    this.conductance_S = point.conductance_S / (1 + series_ohm * point.conductance_S);
  }

  /** Forgets the last junction voltage. */
  reset(): void {
    this.junction_V = 0;
  }
}
