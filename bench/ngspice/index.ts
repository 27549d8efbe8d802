export { ngspiceTime_s } from './time.js';
