import type { FittedTrains } from '../../calibration/cell-files/index.js';
import { type Figure, pulseTrains } from '../../report/index.js';

/** The trains of one cell, with the laws and both labels over them. */
export function fitFigure({ description, up, down }: FittedTrains, redraw: string): Figure {
  const unit = (description.up[0] ?? description.down[0]).train.unit;
  const sides = [
    [description.up[0], up],
    [description.down[0], down],
  ] as const;
  return pulseTrains({
    title: description.cell,
    redraw,
    quantity: unit === 'A' ? 'current' : 'conductance',
    unit: unit === '' ? '1' : unit,
    ...(description.symmetryPoint === undefined ? {} : { symmetryPoint: description.symmetryPoint }),
    trains: sides.flatMap(([side, laws]) =>
      side === undefined
        ? []
        : [
            {
              direction: side.train.direction,
              pulse: side.train.pulses,
              value: side.train.states,
              outliers: side.outliers.at,
              fits: [
                ...(laws === undefined ? [] : [{ label: laws.best.model, value: laws.best.curve }]),
                ...(side.labels.fixed === undefined
                  ? []
                  : [
                      {
                        label: `NL ${side.labels.fixed.label.toFixed(2)}, ends fixed`,
                        value: side.labels.fixed.curve,
                      },
                    ]),
                {
                  label: `NL ${side.labels.free.label.toFixed(2)}, ends free`,
                  value: side.labels.free.curve,
                },
              ],
            },
          ],
    ),
  });
}
