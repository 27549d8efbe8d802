export { sayingOf, saysInUse, wordsOf } from '../exchange/index.js';
