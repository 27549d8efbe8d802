import { times } from '../../core/expression/index.js';
import { inputError } from '../../core/index.js';
import type { ElementModel, ElementPoint } from './element-model.js';
import { checkedValues, type ElementParameter, type ElementPartials } from './element-parameters.js';

const ohmsLaw = { current: times('conductance_S', 'v') };
/** The same of all: a large circuit has a hundred thousand. */
const anyVoltage_V = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Ohm's law. A negative resistance is kept (and declared active); 0 Ω is refused; Infinity is an open element. */
export class Resistor implements ElementModel {
  readonly name = 'resistor';
  readonly linear = true;
  readonly validRange_V = anyVoltage_V;
  readonly equations = ohmsLaw;

  private constructor(readonly conductance_S: number) {}

  get parameters(): readonly ElementParameter[] {
    const value = this.conductance_S;
    return [{ name: 'conductance_S', value, min: -Number.MAX_VALUE, max: Number.MAX_VALUE, unit: 'S' }];
  }

  get passive(): boolean {
    return this.conductance_S >= 0;
  }

  get monotonic(): boolean {
    return this.conductance_S >= 0;
  }

  static ofResistance(resistance_ohm: number): Resistor {
    if (resistance_ohm === 0 || Number.isNaN(resistance_ohm)) {
      throw inputError(
        'element.resistance',
        `a resistance of ${resistance_ohm} Ω has no finite conductance; use a small one, for instance 1e-3 Ω`,
      );
    }
    return new Resistor(1 / resistance_ohm);
  }

  static ofConductance(conductance_S: number): Resistor {
    if (!Number.isFinite(conductance_S)) {
      throw inputError(
        'element.conductance',
        `a conductance must be a finite number of siemens, got ${conductance_S}`,
      );
    }
    return new Resistor(conductance_S);
  }

  partials(voltage_V: number, _current_A: number, _state: number, out: ElementPartials): void {
    out.current[0] = voltage_V;
    out.rate[0] = 0;
  }

  with(values: Readonly<Record<string, number>>): Resistor {
    return new Resistor(checkedValues(this, values).conductance_S ?? this.conductance_S);
  }

  evaluate(voltage_V: number, _state: number, point: ElementPoint): void {
    point.current_A = this.conductance_S * voltage_V;
    point.conductance_S = this.conductance_S;
    point.stateSlope_A = 0;
  }
}
