// What a page is told of the directories it looks at, as plain data. Both sides take their types from here: nothing is imported.

/** Numbers of finished epochs by name, `epoch` among them; each has one entry an epoch, null where nothing is known. */
export type Columns = Readonly<Record<string, readonly (number | null)[]>>;

/** Something that was written down besides epochs. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;
  readonly text: string;
}

/** How the board of a run is, by its journal. */
export interface BoardHealth {
  readonly serial?: string;
  /** Paused: lost, started anew, or out of its band; what is said of it. */
  readonly paused?: string;
  readonly updates: number;
  /** Times that its controller has started. */
  readonly boots?: number;
  /** Requests repeated and frames damaged, all in all. */
  readonly retries: number;
  readonly damagedFrames: number;
  /** Updates whose answers were lost with the line. */
  readonly lostAnswers: number;
  /** Median time from intention to outcome of the last updates, s. */
  readonly update_seconds?: number;
  /** Out of its band; nothing where nobody has said so. */
  readonly middleOutOfBand: boolean;
  /** When something was last written, ISO 8601. */
  readonly lastAt?: string;
}

/** Answers of the newest test: row-major [classes × classes], of the class of the row how many were answered as the column. */
export interface Confusion {
  readonly classes: readonly string[];
  readonly counts: readonly number[];
}

/** Outputs of a few test samples after the newest epoch. */
export interface OutputsTold {
  readonly epoch: number;
  /** `V` or `1`. */
  readonly unit: string;
  /** Of each output. */
  readonly names: readonly string[];
  readonly samples: readonly {
    readonly sample: number;
    readonly outputs: readonly number[];
    readonly targets?: readonly number[];
    /** Classes, where such are asked for. */
    readonly asked?: string;
    readonly answer?: string;
  }[];
}

/** Everything about a run but its epochs. What is not there is not known, or not of such a run. */
export interface RunFacts {
  /** Directory as it is shown. */
  readonly path: string;
  readonly name: string;
  /** `training`, `programming`, or what its configuration says. */
  readonly kind: string;
  readonly title?: string;
  /** As `kept/` says it. */
  readonly standing: 'running' | 'done' | 'interrupted' | 'failed' | 'cut off' | 'unknown';
  readonly seed?: number;
  readonly epochsWanted?: number;
  readonly began?: string;
  /** Of what has no manifest: when its directory was written to last, ISO 8601. */
  readonly written?: string;
  readonly ended?: string;
  readonly data?: string;
  /** What the device says of itself. */
  readonly device: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly note?: string;
  readonly warnings: readonly string[];
  /** What could not be read. */
  readonly problems: readonly string[];
  readonly config: string;
  readonly confusion?: Confusion;
  readonly outputs?: OutputsTold;
  readonly health?: BoardHealth;
  readonly journal: readonly JournalEntry[];
  readonly log?: { readonly name: string; readonly text: string };
  /** Names another state of the maps each time they may have changed. */
  readonly mapsOf?: string;
  /** Pictures in it, by their paths in the directory, each with when it was written, ms. */
  readonly pictures: readonly { readonly path: string; readonly written_ms: number }[];
  readonly hasReport: boolean;
}

/** A change, as it goes to pages. `run` and `epochs` of one directory come in order. */
export type Told =
  /** All of a run, in place of whatever was known of it. */
  | { readonly type: 'run'; readonly id: string; readonly facts: RunFacts; readonly columns: Columns }
  /** Epochs that follow those known. */
  | { readonly type: 'epochs'; readonly id: string; readonly columns: Columns }
  /** Facts that are others now; null: no more. */
  | { readonly type: 'facts'; readonly id: string; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly type: 'gone'; readonly id: string }
  /** Lines that programs of this machine hold. */
  | { readonly type: 'held'; readonly lines: readonly HeldTold[] };

/** A board or an instrument that somebody holds. */
export interface HeldTold {
  readonly address: string;
  readonly pid: number;
  readonly since: string;
  readonly what?: string;
}

/** An array as a picture: means of blocks where it is larger than a page shows. */
export interface MapTold {
  readonly name: string;
  readonly unit: string;
  /** Of the array. */
  readonly rows: number;
  readonly columns: number;
  /** Of the picture. */
  readonly shown: {
    readonly rows: number;
    readonly columns: number;
    readonly values: readonly (number | null)[];
  };
  /** Over all entries, NaN left out. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Entries by value, `counts.length` even steps from low to high. */
  readonly histogram: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
}
