import { parentPort, workerData } from 'node:worker_threads';
import { Cases } from './cases.js';

/** What a thread is told to do. */
export interface Work {
  readonly name: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly folder: string;
  readonly shared: SharedArrayBuffer;
  readonly patience_ms: number;
}

const { name, seed, from, to, folder, shared } = workerData as Work;
const cases = await Cases.of(name, seed, folder);
const fault = await cases.run(from, to, new Float64Array(shared));
parentPort?.postMessage(fault ?? 'done');
