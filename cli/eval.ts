import { z } from 'zod';
import { inputError } from '../core/index.js';
import { checkConfig, type RunConfig, type Tree } from '../experiments/schema/index.js';
import { percent } from '../experiments/sessions/index.js';
import { defineCommand } from './frame/index.js';
import { printLine } from './io.js';
import { epochOf, LAST_EPOCH, openRunToLook, RESTORE, RUN } from './open-run.js';
import { settings } from './setting-flags.js';

const cellSettings = settings.filter(({ path }) => path[0] === 'cells');

/** Settings of cells that say how they are written minibatch by minibatch, or what time does to them meanwhile. */
const ofTraining = ['deadZone', 'rounds', 'mostPulses', 'update_s', 'telegraph', 'drift', 'pulseLog'];

export const evalCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    data: z.string().optional().meta({
      flag: '--data <spec>',
      description: 'test on another data set than the run was trained on',
    }),
    restore: z.boolean().default(false).meta({ flag: '--restore', description: RESTORE }),
    lastEpoch: z.boolean().default(false).meta({ flag: '--last-epoch', description: LAST_EPOCH }),
  }),
  settings: cellSettings,
  notes:
    "With --cells and what goes with it, the run's conductances are programmed into such cells first, and how far off they came out is said.",
  examples: [
    'ohmprop eval last',
    'ohmprop eval runs/iris --data csv:new.csv',
    'ohmprop eval runs/iris --cells linear --read-noise 5%',
  ],

  async answer({ run: path, data, restore, lastEpoch }, { io, settings: tree }) {
    const { run, directory, programming, checkpoint } = await openRunToLook(io, path, {
      restore,
      lastEpoch,
      ...(data === undefined ? {} : { data }),
      change: (config) => inCells(config, tree),
    });
    if (programming !== undefined) printLine(io.stderr, programming);
    const { trainer, dataSet, composition } = run;
    const result = await trainer.evaluateOn('test').finally(() => trainer.device.close());
    const unit = trainer.device.info.nodeUnit === 'V' ? ' V²' : '';
    const { error, cost_V2, power_W, iterations, residual, unsettled, confusion } = result;
    const where = composition.cells === undefined ? '' : `, in ${run.config.cells?.model} cells`;
    return {
      text: `${dataSet.name}${where}: ${dataSet.test.count} samples, error ${percent(error)}, cost ${cost_V2.toExponential(3)}${unit}`,
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
        ...(programming === undefined ? {} : { programming }),
      },
    };
  },
});

/** Another model of cells comes without what was said of the run's own; anything else changes those. */
function inCells(config: RunConfig, { cells }: Tree): RunConfig {
  if (cells === undefined) return config;
  const asked = cells as Tree;
  const idle = ofTraining.find((key) => asked[key] !== undefined);
  if (idle !== undefined) {
    const flags = cellSettings.filter(({ path }) => path[1] === idle).map(({ flag }) => flag.split(' ')[0]);
    throw inputError(
      'eval.cells',
      `${flags.join(', ')}: acts while a run trains; eval looks at cells as they have just been programmed. Leave it out`,
    );
  }
  const changed = asked.model === undefined ? { ...config.cells, ...asked } : asked;
  return checkConfig({ ...config, cells: changed }, 'eval');
}
