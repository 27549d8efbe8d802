import { inputError } from '../../core/index.js';
import type { ControlLaw } from './equations.js';

/** What `switchLaw` is made with: resistances of the closed and the open switch, Ω, both above 0, and where it turns. */
export interface SwitchParameters {
  readonly on_ohm: number;
  readonly off_ohm: number;
  /** Control voltage at which the switch is half way, V. */
  readonly threshold_V: number;
  /** From threshold − width to threshold + width it goes from off to on, V. */
  readonly width_V: number;
}

/**
 * A voltage-controlled switch, smooth so that Newton's method can cross it: ln G rises from ln G_off to ln G_on along
 * s(u) = ½ + ¾u − ¼u³, u = (control − threshold)/width clipped to ±1. Controls: [voltage across, control voltage].
 */
export function switchLaw(parameters: SwitchParameters): ControlLaw {
  const { on_ohm, off_ohm, threshold_V, width_V } = parameters;
  if (!(on_ohm > 0 && off_ohm > 0 && width_V > 0) || !Number.isFinite(threshold_V)) {
    throw inputError(
      'netlist.switch',
      `a switch needs on_ohm, off_ohm and width_V above 0, got ${on_ohm}, ${off_ohm}, ${width_V}`,
    );
  }
  const low = -Math.log(off_ohm);
  const rise = -Math.log(on_ohm) - low;
  return {
    linear: false,
    evaluate(controls, partials) {
      const u = Math.max(-1, Math.min(1, (controls[1] - threshold_V) / width_V));
      const conductance = Math.exp(low + rise * (0.5 + 0.75 * u - 0.25 * u ** 3));
      partials[0] = conductance;
      partials[1] = (controls[0] * conductance * rise * 0.75 * (1 - u * u)) / width_V;
      return conductance * controls[0];
    },
    text: ([across, control]) => {
      const u = `max(-1,min(1,(${control}-(${threshold_V}))/${width_V}))`;
      return `(${across})*exp(${low}+${rise}*(0.5+0.75*${u}-0.25*${u}*${u}*${u}))`;
    },
  };
}
