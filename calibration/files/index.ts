export {
  type AnswerSheet,
  type Answers,
  answerKeys,
  answersFor,
  answersOfFlags,
  readAnswerSheet,
} from './answers.js';
export { MeasuredReader, type ReadingAsked } from './measured-reader.js';
export {
  MAX_MEASURED_BYTES,
  type ReadMeasuredOptions,
  readMeasuredBytes,
  readMeasuredFile,
} from './read-measured-file.js';
