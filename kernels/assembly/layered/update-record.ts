/** A batch's nonzero signals by signal: `starts` [signals + 1] byte offsets into the rest. */
@unmanaged
export class Signals {
  starts: usize;
  /** Byte offset of the sample's row of unit values. */
  rows: usize;
  values: usize;
  /** values · (rate of layer 1 / (batch · β span)) */
  scaled: usize;
}

/** How conductances and biases are to be moved, and whose currents to prepare. */
@unmanaged
export class Update {
  batch: i32;
  /** [layer] rate / (batch · β span) of conductances and of biases. */
  factors: usize;
  biasFactors: usize;
  signals: usize;
  nextBatch: i32;
  nextSignals: usize;
  nextDrive: usize;
  /** What the contrast is read by, shared/read-out.ts; 0 where it is taken as it is. */
  readOut: usize;
}
