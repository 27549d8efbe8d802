import { CrossbarWork, crossbarKernelOn } from '../../kernels/index.js';
import { relax } from './relaxation.js';
import { runInputs } from './run-inputs.js';
import { type CrossbarJob, type CrossbarThreadData, takeInput } from './threads.js';

/** In a pool's thread: solves inputs of one crossbar by iteration, in the memory that the calling thread has set up. */
export function open({ memory, ends, layout }: CrossbarThreadData): { solveInputs(job: CrossbarJob): void } {
  const kernel = crossbarKernelOn(memory);
  const work = new CrossbarWork(memory.buffer, layout);
  const line = (offset: number, length: number) => new Float64Array(memory.buffer, offset, length);
  const { paddedRows, paddedColumns } = layout;
  const views = {
    left: line(ends.left, paddedRows),
    right: line(ends.right, paddedRows),
    top: line(ends.top, paddedColumns),
    bottom: line(ends.bottom, paddedColumns),
  };
  return {
    solveInputs: (job) => {
      const prepared = { ...job.prepared, kernel };
      runInputs({
        ...job,
        prepared,
        work,
        ends: views,
        settle: (w, v, s, _, stored) => relax(prepared, w, v, s, stored),
        next: () => takeInput(job),
      });
    },
  };
}
