/** What a worker of a team is started with. */
export interface TeamData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Shared; fields as in `ControlField`. */
  readonly control: Int32Array;
  /** Exports that may be asked for. */
  readonly functions: readonly string[];
  /** Number of this member; the main thread is 0. */
  readonly member: number;
}

/** Places in the shared control block. */
export const ControlField = {
  /** Rises with every job. */
  generation: 0,
  asleep: 1,
  /** Index into `functions`; −1 to end. */
  job: 2,
  /** Members that take part in the job. */
  members: 3,
  /** Arguments, without the member's number that follows them. */
  count: 4,
  ready: 5,
  args: 8,
} as const;

export const CONTROL_LENGTH = 24;
