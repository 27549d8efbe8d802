import { parentPort, workerData } from 'node:worker_threads';
import { CrossbarWork, crossbarKernelOn } from '../../kernels/crossbar.js';
import { relax } from './relaxation.js';
import { runInputs } from './run-inputs.js';
import { takeInput, type WorkerJob, type WorkerStart } from './threads.js';

// A thread that solves inputs of one crossbar by iteration, in the memory that the main thread has set up.
const start = workerData as WorkerStart;
const memory = start.memory as WebAssembly.Memory;
const kernel = crossbarKernelOn(memory);
const work = new CrossbarWork(memory.buffer, start.layout);
const line = (offset: number, length: number) => new Float64Array(memory.buffer, offset, length);
const { paddedRows, paddedColumns } = start.layout;
const ends = {
  left: line(start.ends.left, paddedRows),
  right: line(start.ends.right, paddedRows),
  bottom: line(start.ends.bottom, paddedColumns),
};

parentPort?.on('message', (job: WorkerJob) => {
  const { counters, drive, stop, results, start_V } = job;
  const prepared = { ...job.prepared, kernel };
  try {
    const next = () => takeInput(counters, drive.count);
    runInputs(
      prepared,
      work,
      ends,
      job,
      drive,
      stop,
      results,
      (w, v, s, _, stored) => relax(prepared, w, v, s, stored),
      next,
      start_V,
    );
  } finally {
    Atomics.add(counters, 1, 1);
    Atomics.notify(counters, 1);
  }
});
