export { pulsesWave, sineDrive, tableDrive, triangleDrive } from '../../core/index.js';
export { integrate, type ScalarOdeOptions, type ScalarOdeResult } from './integrate.js';
export {
  beyondText,
  type ConductanceAxis,
  conductanceAxis,
  pulseBeyond,
  pulseModelOf,
  pulseStep,
  readConductance_S,
  stateAfterPulse,
  statesUnderPulses,
} from './pulse-response.js';
export { type PhysicalTrains, physicalTrains, type TrainOptions } from './pulse-train.js';
export { SeriesCircuit } from './series-circuit.js';
export {
  loopArea,
  sampleTimes,
  simulateWaveform,
  type Waveform,
  type WaveformOptions,
} from './waveform.js';
