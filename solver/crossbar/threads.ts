import type { CrossbarDrive } from '../../circuits/crossbar/index.js';
import {
  type CrossbarNetwork,
  type CrossbarWork,
  type CrossbarWorkLayout,
  ThreadPool,
} from '../../kernels/index.js';
import type { CrossbarStop, PreparedNetwork } from './outcome.js';
import type { ResultArrays } from './run-inputs.js';

/** A prepared network without its kernel, which every thread makes for itself. */
type SentNetwork = Omit<PreparedNetwork, 'kernel'>;

/** One solve, as it is sent to another thread. */
export interface CrossbarJob {
  readonly rows: number;
  readonly columns: number;
  readonly drive: CrossbarDrive;
  readonly stop: CrossbarStop;
  readonly results: ResultArrays;
  readonly start_V: Float64Array | undefined;
  readonly prepared: SentNetwork;
  /** Shared: the next input to hand out. */
  readonly handedOut: Int32Array;
}

/** What the program of a thread is opened with. */
export interface CrossbarThreadData {
  readonly memory: WebAssembly.Memory;
  /** Byte offsets of the terminals' conductances. */
  readonly ends: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly layout: CrossbarWorkLayout;
}

/** The pool of one crossbar: one thread for each of `works`, of which the first is the calling thread's. */
export function crossbarPool(
  memory: WebAssembly.Memory,
  network: CrossbarNetwork,
  works: readonly CrossbarWork[],
): ThreadPool<{ solveInputs(job: CrossbarJob): void }> {
  const ends = {
    left: network.left.byteOffset,
    right: network.right.byteOffset,
    top: network.top.byteOffset,
    bottom: network.bottom.byteOffset,
  };
  return new ThreadPool(
    {
      path: 'solver/crossbar/thread-program.js',
      dataOf: (member): CrossbarThreadData => ({ memory, ends, layout: works[member].layout }),
      names: ['solveInputs'],
    },
    works.length,
    works.length,
  );
}

/** The next input of a job, or −1: each thread takes one by one. */
export function takeInput({ handedOut, drive }: Pick<CrossbarJob, 'handedOut' | 'drive'>): number {
  const input = Atomics.add(handedOut, 0, 1);
  return input < drive.count ? input : -1;
}

export function withoutKernel({ kernel: _, ...rest }: PreparedNetwork): SentNetwork {
  return rest;
}
