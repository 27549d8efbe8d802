export { type ContactPrint, type ContactSheet, contactSheet } from './contact-sheet.js';
export { type Loop, type Loops, loopsFigure } from './loops.js';
export { type Noise, type NoiseTrace, noiseFigure } from './noise.js';
export {
  type Endurance,
  enduranceFigure,
  type OverCycles,
  type OverTime,
  type Retention,
  retentionFigure,
} from './over-time.js';
export { type ProbabilityPlot, probabilityPlot, type Sample } from './probability-plot.js';
export { type DrawnTrain, type PulseTrains, pulseTrains } from './pulse-trains.js';
