export type { AnalysedFile } from './analyse-file.js';
export { analyseFiles, type Batch, type BatchOptions } from './analyse-files.js';
export type { DrawnCurve } from './drawn-curves.js';
export { type FoundFile, type FoundFiles, findFiles, type SkippedFile } from './find-files.js';
