import { inputError } from '../../../core/index.js';
import type { ConverterParameters } from './nonidealities.js';

/**
 * A converter over [low, high]: gain error and offset first, then the nearest of 2^bits evenly spaced codes, saturating at the
 * ends. Serves reading (conductances) and driving (voltages) alike.
 */
export class Converter {
  private readonly step: number;

  constructor(
    readonly parameters: ConverterParameters,
    readonly low: number,
    readonly high: number,
  ) {
    const { bits } = parameters;
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 32)) {
      throw inputError('converter.bits', `bits must be a whole number 1 … 32, got ${bits}`);
    }
    if (!(high > low)) {
      throw inputError('converter.range', `high must be above low, got low ${low} and high ${high}`);
    }
    this.step = (high - low) / (2 ** bits - 1);
  }

  convert(value: number): number {
    const { gain, offset } = this.parameters;
    const seen = this.low + (value - this.low) * (1 + gain) + offset * (this.high - this.low);
    const code = Math.round((Math.min(this.high, Math.max(this.low, seen)) - this.low) / this.step);
    return this.low + code * this.step;
  }
}
