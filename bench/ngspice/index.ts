export { ngspiceTime_s, programTime_s } from './time.js';
