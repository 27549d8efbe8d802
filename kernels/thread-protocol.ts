/** What another thread of a pool is started with. */
export interface PoolMember {
  /** Built module that exports `open(data)`, which gives the functions that jobs name. Path from the package's root. */
  readonly program: string;
  readonly data: unknown;
  /** Names of the functions, in the order that jobs count them by. */
  readonly functions: readonly string[];
  /** Shared; fields as in `ControlField`. */
  readonly control: Int32Array;
  /** Number of this thread; the calling one is 0. */
  readonly member: number;
}

/** Functions of a program: of a job's numbers and the thread's own, or of its message and the thread's own. */
export type ProgramFunctions = Readonly<Record<string, (...job: unknown[]) => void>>;

/** Fields of the shared control block. */
export const ControlField = {
  /** Rises with every job. */
  generation: 0,
  asleep: 1,
  /** Index into `functions`; −1 to end. */
  job: 2,
  /** Threads that take part in the job. */
  members: 3,
  /** Numbers of the job, without the thread's own that follows them; −1 where a message was sent instead. */
  count: 4,
  ready: 5,
  /** Threads that ended with an error. */
  failed: 6,
  /** Threads that are done with the message. */
  done: 7,
  /** Rises with every change of the three before. */
  news: 8,
  args: 9,
} as const;

/** Numbers that a job may have. */
const MAX_JOB_NUMBERS = 16;
export const CONTROL_LENGTH = ControlField.args + MAX_JOB_NUMBERS;
