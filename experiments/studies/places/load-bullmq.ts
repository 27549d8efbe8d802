import { inputError } from '../../../core/index.js';

/** What is loaded when a study or a worker goes by Redis. */
export type Bullmq = typeof import('bullmq');

/** @throws `study.bullmq` (exit code 2) where nobody has installed it */
export async function loadBullmq(load: () => Promise<Bullmq> = () => import('bullmq')): Promise<Bullmq> {
  try {
    return await load();
  } catch (cause) {
    throw inputError(
      'study.bullmq',
      '--redis needs BullMQ, which is not installed here: npm install bullmq@5 beside ohmprop',
      cause as Error,
    );
  }
}
