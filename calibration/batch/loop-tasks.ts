import {
  estimateLoops,
  type FittedLoop,
  type FittedLoops,
  fitLoops,
  type LoopData,
  type LoopEstimates,
  type LoopFitOptions,
  predictLoop,
  setsAtNegative,
} from '../dynamics/index.js';

/** One piece of work on loops, handed to a thread. Plain data. */
export type LoopTask =
  | {
      readonly kind: 'fit';
      readonly model: string;
      readonly loops: readonly LoopData[];
      readonly options: LoopFitOptions;
    }
  | { readonly kind: 'way'; readonly loops: readonly LoopData[] }
  | { readonly kind: 'estimate'; readonly fitted: FittedLoops; readonly loops: readonly LoopData[] }
  | {
      /** Fitted to some loops, predicting others. */
      readonly kind: 'predict';
      readonly model: string;
      readonly loops: readonly LoopData[];
      readonly unseen: readonly LoopData[];
      readonly options: LoopFitOptions;
    };

/** What a task comes to, by its kind. */
export interface LoopResults {
  readonly way: boolean;
  readonly fit: FittedLoops;
  readonly estimate: LoopEstimates;
  readonly predict: readonly FittedLoop[];
}

/** Does one task; of intervals, says how many are found of how many. */
export function doLoopTask(
  task: LoopTask,
  progress: (done: number, of: number) => void,
): LoopResults[LoopTask['kind']] {
  if (task.kind === 'fit') return fitLoops(task.model, task.loops, task.options);
  if (task.kind === 'way') return setsAtNegative(task.loops);
  if (task.kind === 'estimate') return estimateLoops(task.fitted, task.loops, { progress });
  const fitted = fitLoops(task.model, task.loops, task.options);
  return task.unseen.map((loop) => predictLoop(fitted, loop));
}
