import { type FittedLabel, labelCurve } from '../../devices/cells/pulse/index.js';
import { type Curve, curveFigure, type Figure, type FigureText } from '../../report/index.js';

/** One loop of a sweep; what it is called tells it from the others: its frequency. */
export interface Loop {
  readonly name: string;
  readonly voltage_V: ArrayLike<number>;
  readonly current_A: ArrayLike<number>;
  /** How it is drawn; default a line. */
  readonly drawn?: Pick<Curve, 'style' | 'like' | 'colour'>;
}

/** Current over voltage, one loop a frequency; a memristor's is pinched at the origin. */
export function hysteresisFigure(loops: readonly Loop[], text: FigureText): Figure {
  return curveFigure({
    ...text,
    curves: loops.map(({ name, voltage_V, current_A, drawn }) => ({
      name,
      x: voltage_V,
      y: current_A,
      ...drawn,
    })),
    x: { quantity: 'voltage of the device', unit: 'V' },
    y: { quantity: 'current', unit: 'A' },
  });
}

/** A train of pulses each way, one after the other, and what was fitted to each. */
export interface PulseTrains {
  /** After 0, 1, 2 … pulses, S. */
  readonly up_S: Float64Array;
  readonly down_S: Float64Array;
  readonly potentiation?: readonly FittedLabel[];
  readonly depression?: readonly FittedLabel[];
  /** Numbers of the pulses, where they are not 0, 1, 2 … */
  readonly upPulses?: Float64Array;
  readonly downPulses?: Float64Array;
  /** What a simulation makes of the cell, where the trains are measured: after 0, 1, 2 … pulses. */
  readonly law?: { readonly up_S: Float64Array; readonly down_S: Float64Array };
}

/** A train of more pulses has no dots. */
const MAX_DOTS = 120;

/** Conductance after each pulse, up and then down, under the curves that the nonlinearity labels stand for. */
export function pulseFigure(trains: PulseTrains, text: FigureText): Figure {
  const { up_S, down_S, potentiation = [], depression = [], upPulses, downPulses, law } = trains;
  const turn = upPulses?.[upPulses.length - 1] ?? up_S.length - 1;
  const curvesOf = (
    name: string,
    train: Float64Array,
    first: number,
    fits: readonly FittedLabel[],
    pulses: Float64Array | undefined,
    simulated: Float64Array | undefined,
  ): Curve[] => {
    const x = train.map((_, n) => first + (pulses?.[n] ?? n));
    const style = train.length <= MAX_DOTS ? 'dots' : 'line';
    return [
      { name, x, y: train, style },
      ...fits.map(
        (fit): Curve => ({
          name: `${name}: NL ${fit.label.toFixed(2).replace('-', '−')}, ends ${fit.rule}`,
          x,
          y: labelCurve(train, fit, pulses),
          style: 'fit',
          like: name,
        }),
      ),
      ...(simulated === undefined
        ? []
        : [
            {
              name: `${name}: as simulated`,
              x: simulated.map((_, n) => first + n),
              y: simulated,
              style: 'fit' as const,
              like: name,
            },
          ]),
    ];
  };
  return curveFigure({
    ...text,
    curves: [
      ...curvesOf('potentiation', up_S, 0, potentiation, upPulses, law?.up_S),
      ...curvesOf('depression', down_S, turn, depression, downPulses, law?.down_S),
    ],
    x: { quantity: 'pulse', unit: '1', whole: true },
    y: { quantity: 'conductance', unit: 'S' },
  });
}
