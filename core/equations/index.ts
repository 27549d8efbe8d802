export { equationFunctions, equationReader } from './equation-reader.js';
