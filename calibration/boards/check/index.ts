export {
  type BoardVerdict,
  type DrivenReadings,
  judgeReadings,
  MIN_SEEN_TAPS,
  type NodeDeparture,
  type Suspect,
  withCause,
} from './judge-readings.js';
export {
  calibratedSpread,
  dataSheetSpread,
  type KnownParts,
  type PartDeviations,
  potDeviation,
} from './part-spread.js';
