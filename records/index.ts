export type { StateArray } from '../core/index.js';
export {
  type Disk,
  type DiskFile,
  diskError,
  type FileContent,
  writeFileAtomically,
} from './atomic-write.js';
export {
  type Checkpoint,
  latestCheckpoint,
  listCheckpoints,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
export { type JsonObject, type JsonValue, parseExactJson, stringifyExactJson } from './exact-json.js';
export {
  appendToJournal,
  type HappenedRecord,
  type HeldRecord,
  type IntentRecord,
  type JournalLine,
  JournalLog,
  type JournalRecord,
  journalAfter,
  type OutcomeRecord,
  readJournal,
} from './journal.js';
export { makeDirectory } from './make-directory.js';
export {
  endManifest,
  hashSource,
  type Manifest,
  markManifestFailed,
  readManifest,
  startManifest,
  writeManifest,
} from './manifest.js';
export { type Metrics, type MetricsLine, MetricsLog, readMetrics, truncateMetrics } from './metrics.js';
export { decodeNpy, encodeNpy, type NpyHeader, readNpyHeader, type ShapedArray } from './npy.js';
export { npzContent, type ReadNpzOptions, readNpz, writeNpz } from './npz.js';
export { type MixedArray, readMixedNpz } from './npz-mixed.js';
export { processStart } from './process-start.js';
export { gitCommit, ohmpropVersion } from './program.js';
export type { IntendedPulse, PulseHistory, PulseMove, ResolvedDoubt } from './pulse-history.js';
export { PulseJournal } from './pulse-journal.js';
export {
  createRunDirectory,
  discardRunDirectory,
  discardUnstarted,
  fileName,
  freeRunPath,
  openRunDirectory,
  type RunDirectory,
  requireFreeDirectory,
} from './run-directory.js';
export { requireInnerName, runFile } from './run-file.js';
export { dropForeignLock, livingHolder, lockRun, type RunLock } from './run-lock.js';
export { type FlatState, flattenState, formatsOfOld, unflattenState } from './state-tree.js';
export {
  requireFreeFiles,
  startUserFile,
  type UserFileOptions,
  writeUserFile,
} from './user-file.js';
export { readZip, withZip, type ZipArchive, type ZipMember } from './zip-reader.js';
export { writeZip, type ZipEntry, zipContent } from './zip-writer.js';
