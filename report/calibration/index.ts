export { type ContactPrint, type ContactSheet, contactSheet } from './contact-sheet.js';
export { type Loop, type Loops, loopsFigure } from './loops.js';
export type { MeasuredNumber } from './measured-number.js';
export { type Noise, type NoiseTrace, noiseFigure } from './noise.js';
export {
  type Endurance,
  enduranceFigure,
  type OverCycles,
  type OverTime,
  type Retention,
  retentionFigure,
} from './over-time.js';
export {
  type CalibrationPage,
  calibrationPage,
  type KeyNumber,
  type PageFigure,
  type PageQuestion,
  type PageSection,
} from './page.js';
export type { PageCell, PageColumn, PageTable } from './page-table.js';
export { type ProbabilityPlot, probabilityPlot, type Sample } from './probability-plot.js';
export { type ParameterProfile, profileFigure } from './profiles.js';
export { type DrawnTrain, type PulseTrains, pulseTrains } from './pulse-trains.js';
export { type RelaxationPlot, type RelaxingGroup, relaxationFigure } from './relaxation.js';
