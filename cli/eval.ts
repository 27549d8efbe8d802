import { z } from 'zod';
import { formatQuantity } from '../core/index.js';
import { cellsToTry, inCells, needsFreshCells } from '../experiments/schema/index.js';
import { fitText, percent } from '../experiments/sessions/index.js';
import { defineCommand, quantity } from './frame/index.js';
import { printLine } from './io.js';
import { boardOptions, epochOf, lookOptions, openRunToLook, RUN } from './open-run.js';

export const evalCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    data: z.string().optional().meta({
      flag: '--data <spec>',
      description: 'test on another data set than the run was trained on',
    }),
    wait: quantity('s', z.number().positive().optional()).meta({
      flag: '--wait <s>',
      description:
        'time that passes before the test, for drift and relaxation of cells: after they are programmed, or after training',
    }),
    ...lookOptions,
    ...boardOptions,
  }),
  settings: cellsToTry,
  notes:
    "With --cells, and with all that goes into cells or their writing (--stuck, --d2d, --c2c, --write-noise, --policy …), the run's conductances are programmed into fresh cells first, also those of a run in cells, and how far off they came out is said. " +
    'What changes reads alone (--read-noise, --converter-bits), and drift and relaxation for the time of --wait, act on the cells as they are.',
  uses: 'runs',
  examples: [
    'ohmprop eval last',
    'ohmprop eval runs/iris --data csv:new.csv',
    'ohmprop eval runs/iris --cells linear --read-noise 5%',
    'ohmprop eval runs/iris --cells linear --drift 0.05 --wait 1e6s',
  ],

  async answer(
    { run: path, data, wait, restore, lastEpoch, device, otherBoard, calibration },
    { io, settings: tree },
  ) {
    const { run, directory, programming, checkpoint } = await openRunToLook(io, path, {
      restore,
      lastEpoch,
      otherBoard,
      ...(device === undefined ? {} : { device }),
      ...(calibration === undefined ? {} : { calibration }),
      ...(data === undefined ? {} : { data }),
      change: (config) => inCells(config, tree, wait),
      freshCells: needsFreshCells(tree),
      ...(wait === undefined ? {} : { wait_s: wait }),
    });
    if (programming !== undefined) printLine(io.stderr, programming);
    const { trainer, dataSet, composition } = run;
    const result = await trainer.evaluateOn('test').finally(() => trainer.device.close());
    const unit = trainer.device.info.nodeUnit === 'V' ? ' V²' : '';
    const { error, cost_V2, power_W, iterations, residual, unsettled, confusion, fit } = result;
    const found = fit === undefined ? `error ${percent(error)}` : fitText(fit, trainer.device.info.nodeUnit);
    const calibrated = composition.hardware?.identity?.calibration;
    const later = wait === undefined ? '' : ` after ${formatQuantity(wait, 's')}`;
    const where = composition.cells === undefined ? '' : `, in ${run.config.cells?.model} cells${later}`;
    return {
      text: `${dataSet.name}${where}: ${dataSet.test.count} samples, ${found}, cost ${cost_V2.toExponential(3)}${unit}`,
      json: {
        run: directory.path,
        epoch: epochOf(checkpoint),
        data: dataSet.name,
        samples: dataSet.test.count,
        testError: error,
        cost_V2,
        power_W: Number.isFinite(power_W) ? power_W : null,
        iterations,
        residual,
        unsettled,
        confusion,
        ...(calibrated === undefined ? {} : { calibration: calibrated }),
        ...(fit === undefined ? {} : { fit }),
        ...(programming === undefined ? {} : { programming }),
        ...(wait === undefined ? {} : { wait_s: wait }),
      },
    };
  },
});
