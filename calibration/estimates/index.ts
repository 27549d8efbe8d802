export { type Estimate, LEVEL } from './estimate.js';
