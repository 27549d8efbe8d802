export { integrate, type ScalarOdeOptions, type ScalarOdeResult } from './dormand-prince.js';
export { pulseModelOf, readConductance_S, stateAfterPulse } from './pulse-response.js';
export { SeriesCircuit } from './series-circuit.js';
export {
  loopArea,
  sampleTimes,
  simulateWaveform,
  sineDrive,
  type Waveform,
  type WaveformOptions,
} from './waveform.js';
