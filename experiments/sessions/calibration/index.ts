export {
  type CalibrateReport,
  type CalibrateReportOptions,
  reportCalibration,
} from './calibrate-report.js';
